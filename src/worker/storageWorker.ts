/**
 * The entry of the storage worker. It writes the checkpoints of one run into the browser's own storage, through synchronous
 * access handles, so that neither the checksums nor the flush to the disk keep the thread that trains. The preamble of a file is
 * written and flushed last, which makes the file complete in one step.
 */
import type { NewFile } from "../checkpoint/checkpointStore.ts";
import { runsFolder } from "../checkpoint/opfsFolders.ts";
import { createPackedWriter } from "../checkpoint/packedFile.ts";
import type { StorageAnswer, StorageReply, StorageRequest } from "./storageMessages.ts";

let file: NewFile | undefined;
/** Pieces whose checksum is computed or which are being written. */
let numUnderWay = 0;
let busySince = 0;

self.onmessage = async ({ data }: MessageEvent<StorageRequest>) => {
  try {
    const answer = await answerTo(data);
    const transferred = typeof answer === "object" ? [answer.memory] : [];
    reply({ number: data.number, answer }, transferred);
  } catch (error) {
    reply({ number: data.number, error });
  }
};

function reply(message: StorageReply, transferred: Transferable[] = []): void {
  self.postMessage(message, transferred);
}

async function answerTo(request: StorageRequest): Promise<StorageAnswer> {
  if (request.type === "create") {
    file = await createFile(request.runId, request.name);
    return;
  }
  if (file === undefined) throw new Error("storage: no file is being written.");
  if (request.type === "finish") return file.finish(request.header);
  if (request.type === "abandon") return void (await file.abandon());
  if (numUnderWay === 0) busySince = performance.now();
  numUnderWay += 1;
  try {
    const { memory } = await file.append(request.piece);
    return { memory, elsewhereMs: busyMs() };
  } finally {
    numUnderWay -= 1;
  }
}

/** Returns the milliseconds for which this worker and the checksums kept a thread since the last call. */
function busyMs(): number {
  const now = performance.now();
  const elapsed = now - busySince;
  busySince = now;
  return elapsed;
}

async function createFile(runId: string, name: string): Promise<NewFile> {
  const folder = await (await runsFolder()).getDirectoryHandle(runId, { create: true });
  const handle = await (
    await folder.getFileHandle(name, { create: true })
  ).createSyncAccessHandle();
  handle.truncate(0);
  const writer = createPackedWriter({
    write(bytes, offset) {
      const written = handle.write(bytes, { at: offset });
      if (written < bytes.length)
        throw new DOMException("The storage took only a part of it.", "QuotaExceededError");
    },
    flush: () => handle.flush(),
  });
  return {
    append: (piece) => writer.append(piece),
    async finish(header) {
      const bytes = await writer.finish(header);
      handle.close();
      return bytes;
    },
    async abandon() {
      handle.close();
      await folder.removeEntry(name);
    },
  };
}

/** The training worker's handle on the storage worker, which writes one file at a time. */
import type { NewFile } from "../checkpoint/checkpointStore.ts";
import type {
  StorageAnswer,
  StorageOrder,
  StorageReply,
  StorageRequest,
} from "./storageMessages.ts";
import program from "./storageWorker.ts?worker&url";

export interface StorageThread {
  /** @throws what the storage throws; Error when the thread's program does not load */
  create(runId: string, name: string): Promise<NewFile>;
}

interface Waiting {
  readonly resolve: (answer: StorageAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Starts the thread at once. After a failure of the thread itself, the next file starts another one. */
export function createStorageThread(): StorageThread {
  const waiting = new Map<number, Waiting>();
  let numbers = 0;
  let worker: Worker | undefined = start();

  function start(): Worker {
    const started = new Worker(program, { type: "module", name: "storage" });
    started.onmessage = ({ data }: MessageEvent<StorageReply>) => {
      const asked = waiting.get(data.number);
      waiting.delete(data.number);
      if ("error" in data) asked?.reject(data.error);
      else asked?.resolve(data.answer);
    };
    started.onerror = ({ message }) => {
      started.terminate();
      worker = undefined;
      const error = new Error(message || "the program that writes checkpoints did not load");
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    return started;
  }

  function ask(order: StorageOrder, transferred: Transferable[] = []): Promise<StorageAnswer> {
    worker ??= start();
    const asked = worker;
    numbers += 1;
    const number = numbers;
    return new Promise((resolve, reject) => {
      waiting.set(number, { resolve, reject });
      asked.postMessage({ ...order, number } satisfies StorageRequest, transferred);
    });
  }

  return {
    async create(runId, name) {
      await ask({ type: "create", runId, name });
      return {
        isElsewhere: true,
        async append(piece) {
          const appended = await ask({ type: "append", piece }, [piece.buffer]);
          if (typeof appended !== "object") throw new Error("storage: a piece was not answered.");
          return appended;
        },
        finish: async (header) => Number(await ask({ type: "finish", header })),
        abandon: async () => void (await ask({ type: "abandon" })),
      };
    },
  };
}

/** Unpacks one entry of a zip, never beyond its stated size. */
import type { FileEntry } from "@zip.js/zip.js/lib/zip-core-native.js";

/**
 * Unpacks the first `numBytes`. It never keeps more than the entry's stated size, because a zip may state a false size.
 * @throws RangeError when the entry is longer than the zip says; other errors of the library when it cannot be unpacked
 */
export async function unpackEntry(
  entry: FileEntry,
  numBytes: number,
  options: { readonly checkSignature?: boolean } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(numBytes);
  const stop = new AbortController();
  const isWhole = numBytes === entry.uncompressedSize;
  let length = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      if (isWhole && length + chunk.length > numBytes)
        throw new RangeError("an entry is longer than the zip says");
      bytes.set(chunk.subarray(0, numBytes - length), length);
      length = Math.min(numBytes, length + chunk.length);
      if (!isWhole && length === numBytes) stop.abort();
    },
  });
  try {
    await entry.getData(sink, { ...options, useWebWorkers: false, signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  return bytes.subarray(0, length);
}

/** Files of models in memory, for tests. */
import type { ModelFile } from "../openModel.ts";

export function fileOf(path: string, bytes: Uint8Array): ModelFile {
  return { path, head: bytes.subarray(0, 512), read: async () => Uint8Array.from(bytes) };
}

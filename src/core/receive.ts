/** Reads a response's body as it arrives, so that a slow network can be told from a silent one. */
import { joinBytes } from "./joinArrays.ts";

/**
 * @param heard called for every chunk.
 * @throws the connection's error when it breaks off
 */
export async function receive(
  { body }: Pick<Response, "body">,
  heard: () => void,
): Promise<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  const reader = body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    heard();
    pieces.push(read.value);
  }
  return joinBytes(pieces).buffer;
}

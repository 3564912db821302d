/** Reads a response's body as it arrives, so that a slow network can be told from a silent one. */

/**
 * @param heard called for every chunk.
 * @throws the connection's error when it breaks off
 */
export async function receive(
  { body }: Pick<Response, "body">,
  heard: () => void,
): Promise<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  const reader = body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    heard();
    pieces.push(read.value);
    sizeBytes += read.value.length;
  }
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole.buffer;
}

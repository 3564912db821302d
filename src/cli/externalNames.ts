/**
 * The names of the files that hold weights of an ONNX model. They are found without decoding the model, so that the files can be
 * opened together with it.
 */

/** In protobuf, an entry `location` is its key, then the tag 0x12, the length and the bytes of the name. */
const KEY = Buffer.from("location\x12", "latin1");

export function externalNames(model: Uint8Array): readonly string[] {
  const bytes = Buffer.from(model.buffer, model.byteOffset, model.byteLength);
  const names = new Set<string>();
  for (let at = bytes.indexOf(KEY); at >= 0; at = bytes.indexOf(KEY, at + 1)) {
    const start = at + KEY.length + 1;
    const name = bytes.toString("utf8", start, start + (bytes[start - 1] ?? 0));
    if (name.length > 0 && !name.includes("\0")) names.add(name);
  }
  return [...names];
}

/** Base64 between bytes, for files that hold text only. It also handles more than the longest text of a browser at once. */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PADDING = 61;
const CODES = Uint8Array.from(LETTERS, (letter) => letter.charCodeAt(0));

/** Returns the ASCII codes of the text. */
export function base64Of(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new Uint8Array(4 * Math.ceil(bytes.length / 3)).fill(PADDING);
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const left = bytes.length - from;
    const group =
      ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    const numLetters = Math.min(left, 3) + 1;
    for (let place = 0; place < numLetters; place += 1)
      text[to + place] = CODES[(group >> (18 - 6 * place)) & 63] ?? 0;
  }
  return text;
}

/** @throws RangeError for text that is no base64. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  const numLetters = text.length - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0);
  const bytes = new Uint8Array(Math.floor((numLetters * 3) / 4));
  for (let from = 0, to = 0; from < numLetters; from += 4, to += 3) {
    let group = 0;
    for (let place = 0; place < 4; place += 1)
      group =
        (group << 6) |
        (from + place < numLetters ? valueOfLetter(text.charCodeAt(from + place)) : 0);
    bytes[to] = group >> 16;
    bytes[to + 1] = group >> 8;
    bytes[to + 2] = group;
  }
  return bytes;
}

const VALUES = new Int8Array(128).fill(-1);
CODES.forEach((code, value) => {
  VALUES[code] = value;
});

function valueOfLetter(code: number): number {
  const value = VALUES[code] ?? -1;
  if (value < 0) throw new RangeError(`base64 has no letter with the code ${code}`);
  return value;
}

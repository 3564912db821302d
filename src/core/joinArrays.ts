/** Joins arrays of numbers, one after another. */

export function joinBytes(
  parts: readonly (Uint8Array | Uint8ClampedArray)[],
): Uint8Array<ArrayBuffer> {
  return joined(parts, (length) => new Uint8Array(length));
}

export function joinFloats(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  return joined(parts, (length) => new Float32Array(length));
}

function joined<T extends { set(values: ArrayLike<number>, first: number): void }>(
  parts: readonly ArrayLike<number>[],
  create: (length: number) => T,
): T {
  const whole = create(parts.reduce((sum, { length }) => sum + length, 0));
  let first = 0;
  for (const part of parts) {
    whole.set(part, first);
    first += part.length;
  }
  return whole;
}

/** Whether an array of numbers holds one that is infinite or NaN. */
export function hasNotFinite(values: Float32Array | Float64Array): boolean {
  for (let at = 0; at < values.length; at += 1) if (!Number.isFinite(values[at])) return true;
  return false;
}

/** Loops over rows of channels, `[rows, channels]`. They take four channels at a time and the last ones singly. */

/** Adds the vector to every row. */
export function addRowVector(y: usize, rows: i32, channels: i32, vector: usize): void {
  const bytes = (<usize>channels) << 2;
  for (let row = 0; row < rows; row += 1) addInto(y + <usize>row * bytes, vector, channels);
}

/** y += x */
export function addInto(y: usize, x: usize, count: i32): void {
  const bytes = (<usize>count) << 2;
  const vectors = bytes & ~15;
  let at: usize = 0;
  for (; at < vectors; at += 16)
    v128.store(y + at, f32x4.add(v128.load(y + at), v128.load(x + at)));
  for (; at < bytes; at += 4) store<f32>(y + at, load<f32>(y + at) + load<f32>(x + at));
}

/** y += x * factor */
export function addScaled(y: usize, x: usize, count: i32, factor: f32): void {
  const bytes = (<usize>count) << 2;
  const vectors = bytes & ~15;
  const f = f32x4.splat(factor);
  let at: usize = 0;
  for (; at < vectors; at += 16)
    v128.store(y + at, f32x4.add(v128.load(y + at), f32x4.mul(v128.load(x + at), f)));
  for (; at < bytes; at += 4) store<f32>(y + at, load<f32>(y + at) + load<f32>(x + at) * factor);
}

/** y += x * w, element by element */
export function addProduct(y: usize, x: usize, w: usize, count: i32): void {
  const bytes = (<usize>count) << 2;
  const vectors = bytes & ~15;
  let at: usize = 0;
  for (; at < vectors; at += 16)
    v128.store(
      y + at,
      f32x4.add(v128.load(y + at), f32x4.mul(v128.load(x + at), v128.load(w + at))),
    );
  for (; at < bytes; at += 4)
    store<f32>(y + at, load<f32>(y + at) + load<f32>(x + at) * load<f32>(w + at));
}

/** y = x */
export function copyValues(y: usize, x: usize, count: i32): void {
  const bytes = (<usize>count) << 2;
  const vectors = bytes & ~15;
  let at: usize = 0;
  for (; at < vectors; at += 16) v128.store(y + at, v128.load(x + at));
  for (; at < bytes; at += 4) store<f32>(y + at, load<f32>(x + at));
}

/** y = 0 */
export function clearValues(y: usize, count: i32): void {
  memory.fill(y, 0, (<usize>count) << 2);
}

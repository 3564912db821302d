/**
 * Writes the values of a stored image after its affine map: bilinear between stored pixels, and the nearest pixel
 * beyond the border. All channels are mapped alike. Where `map` is 0, the values stay as they are stored.
 *
 * @param floats whether the stored numbers are floats; otherwise they are bytes.
 * @param map the six floats of an `AffineMap` (`exec/affineMap.ts`).
 * @param values room for `height * width * channels` floats.
 */
export function mappedPixels(
  pixels: usize,
  floats: bool,
  height: i32,
  width: i32,
  channels: i32,
  map: usize,
  values: usize,
): void {
  if (map === 0) {
    const count = <usize>(height * width * channels);
    if (floats) memory.copy(values, pixels, count << 2);
    else
      for (let at: usize = 0; at < count; at += 1)
        store<f32>(values + (at << 2), <f32>load<u8>(pixels + at));
    return;
  }
  let at = values;
  for (let y = 0; y < height; y += 1) {
    const startX = <f64>load<f32>(map, 4) * <f64>y + <f64>load<f32>(map, 8);
    const startY = <f64>load<f32>(map, 16) * <f64>y + <f64>load<f32>(map, 20);
    for (let x = 0; x < width; x += 1) {
      const column = inside(<f64>load<f32>(map) * <f64>x + startX, width);
      const row = inside(<f64>load<f32>(map, 12) * <f64>x + startY, height);
      for (let channel = 0; channel < channels; channel += 1) {
        store<f32>(at, sample(pixels, floats, channel, width, channels, column, row));
        at += 4;
      }
    }
  }
}

/** Interpolates one channel between the four pixels around a position inside the image. */
function sample(
  pixels: usize,
  floats: bool,
  channel: i32,
  width: i32,
  channels: i32,
  column: f64,
  row: f64,
): f32 {
  const across = column - floor<f64>(column);
  const down = row - floor<f64>(row);
  const above = <i32>row * width * channels + channel;
  const below = <i32>ceil<f64>(row) * width * channels + channel;
  const left = <i32>column * channels;
  const right = <i32>ceil<f64>(column) * channels;
  const upper = between(pixels, floats, above + left, above + right, across);
  const lower = between(pixels, floats, below + left, below + right, across);
  return <f32>(upper + (lower - upper) * down);
}

function between(pixels: usize, floats: bool, left: i32, right: i32, share: f64): f64 {
  const a = numberAt(pixels, floats, <usize>left);
  return a + (numberAt(pixels, floats, <usize>right) - a) * share;
}

function numberAt(pixels: usize, floats: bool, index: usize): f64 {
  return floats ? <f64>load<f32>(pixels + (index << 2)) : <f64>load<u8>(pixels + index);
}

function inside(place: f64, size: i32): f64 {
  return min<f64>(<f64>(size - 1), max<f64>(0, place));
}

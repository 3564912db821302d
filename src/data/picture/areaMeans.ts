/** Reduces a picture to the small images of a data set. */

export interface RgbaPixels {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 4]` */
  readonly data: ArrayLike<number>;
}

/**
 * Each pixel of the result is the mean of the area that it covers. A picture that has the size already is kept to the byte.
 * @returns `[height, width, 3]`, rounded.
 */
export function areaMeans(picture: RgbaPixels, height: number, width: number): Uint8Array {
  const columns = sharesOf(picture.width, width);
  const rows = sharesOf(picture.height, height);
  const pixels = new Uint8Array(height * width * 3);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        row.shares.forEach((rowShare, down) => {
          const first = (row.first + down) * picture.width + column.first;
          column.shares.forEach((share, right) => {
            sum += rowShare * share * (picture.data[4 * (first + right) + channel] ?? 0);
          });
        });
        pixels[to] = Math.round(sum);
        to += 1;
      }
    }
  }
  return pixels;
}

/** For each of `to` parts of a line of `from` pixels: its first pixel, and the share of each pixel from there, in sum 1. */
function sharesOf(from: number, to: number) {
  const length = from / to;
  return Array.from({ length: to }, (_, part) => {
    const [start, end] = [part * length, (part + 1) * length];
    // Rounding must not add a pixel of no share.
    const first = Math.floor(start + 1e-9);
    const last = Math.min(from, Math.ceil(end - 1e-9));
    const shares = Array.from(
      { length: Math.max(1, last - first) },
      (_, place) => (Math.min(end, first + place + 1) - Math.max(start, first + place)) / length,
    );
    return { first, shares };
  });
}

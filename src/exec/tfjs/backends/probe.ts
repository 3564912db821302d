/**
 * Checks a backend against known numbers, because some drivers start and run but compute wrong results. It covers the basis of
 * a training step: a convolution, its gradients, and a matrix product.
 */
import * as tf from "@tensorflow/tfjs";

const SIDE = 5;
const CHANNELS = 3;
const FILTERS = 4;
/** Far below the error of half precision (1e-3), and well above float32's rounding of these sums. */
const TOLERANCE = 2e-5;

/** @throws Error with the reason in words. */
export async function probeBackend(): Promise<void> {
  const image = numbers(SIDE * SIDE * CHANNELS, 0.37);
  const filter = numbers(9 * CHANNELS * FILTERS, 0.73);
  const { output, dFilter } = convolve(image, filter);
  const results = tf.tidy(() => {
    const x = tf.tensor4d(image, [1, SIDE, SIDE, CHANNELS]);
    const w = tf.tensor4d(filter, [3, 3, CHANNELS, FILTERS]);
    const gradient = tf.grad((kernel) =>
      tf
        .conv2d(x, kernel.as4D(3, 3, CHANNELS, FILTERS), 1, "valid")
        .square()
        .sum()
        .mul(0.5),
    );
    const product = tf.matMul(
      tf.tensor2d(image, [SIDE * SIDE, CHANNELS]),
      tf.tensor2d(filter, [CHANNELS, 9 * FILTERS]),
    );
    return [tf.conv2d(x, w, 1, "valid"), gradient(w), product];
  });
  const read = await Promise.all(results.map((result) => result.data()));
  tf.dispose(results);
  for (const [index, [what, expected]] of [
    ["a convolution", output],
    ["a gradient", dFilter],
    ["a matrix product", multiply(image, filter)],
  ].entries() as IterableIterator<[number, [string, Float64Array]]>) {
    const deviation = largestDeviation(read[index] ?? [], expected);
    if (!(deviation <= TOLERANCE)) {
      throw new Error(
        `it computes ${what} wrongly (off by ${deviation.toPrecision(2)} of its size)`,
      );
    }
  }
}

/** Pseudorandom values in (-1, 1), the same everywhere. */
function numbers(length: number, pace: number): Float32Array {
  return Float32Array.from(
    { length },
    (_, index) => Math.sin(1 + index * pace) * (1 - index / (2 * length)),
  );
}

/** Computes a valid 3x3 convolution, and the gradient of half its squared sum with respect to the filter. */
function convolve(
  image: Float32Array,
  filter: Float32Array,
): { output: Float64Array; dFilter: Float64Array } {
  const side = SIDE - 2;
  const output = new Float64Array(side * side * FILTERS);
  const dFilter = new Float64Array(filter.length);
  const visit = (use: (pixel: number, weight: number, place: number) => void) => {
    for (let y = 0; y < side; y += 1)
      for (let x = 0; x < side; x += 1)
        for (let tap = 0; tap < 9; tap += 1)
          for (let channel = 0; channel < CHANNELS; channel += 1)
            for (let out = 0; out < FILTERS; out += 1)
              use(
                ((y + Math.floor(tap / 3)) * SIDE + x + (tap % 3)) * CHANNELS + channel,
                (tap * CHANNELS + channel) * FILTERS + out,
                (y * side + x) * FILTERS + out,
              );
  };
  const at = (values: Float32Array | Float64Array, index: number) => values[index] ?? Number.NaN;
  visit((pixel, weight, place) => {
    output[place] = at(output, place) + at(image, pixel) * at(filter, weight);
  });
  visit((pixel, weight, place) => {
    dFilter[weight] = at(dFilter, weight) + at(image, pixel) * at(output, place);
  });
  return { output, dFilter };
}

function multiply(image: Float32Array, filter: Float32Array): Float64Array {
  const columns = 9 * FILTERS;
  return Float64Array.from({ length: SIDE * SIDE * columns }, (_, place) => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    let sum = 0;
    for (let inner = 0; inner < CHANNELS; inner += 1) {
      sum +=
        (image[row * CHANNELS + inner] ?? Number.NaN) *
        (filter[inner * columns + column] ?? Number.NaN);
    }
    return sum;
  });
}

/** Relative to the largest expected value; NaN when any value is NaN. */
function largestDeviation(got: ArrayLike<number>, expected: Float64Array): number {
  if (got.length !== expected.length) return Number.NaN;
  let scale = 0;
  let deviation = 0;
  for (const [index, value] of expected.entries()) {
    scale = Math.max(scale, Math.abs(value));
    deviation = Math.max(deviation, Math.abs((got[index] ?? Number.NaN) - value));
  }
  return deviation / scale;
}

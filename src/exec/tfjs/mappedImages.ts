/** Applies the affine maps of a batch to its images on the device. */
import * as tf from "@tensorflow/tfjs";

/**
 * Uses `gather`, because the CPU backend's `tf.image.transform` leaves all images after the first empty. Call it within
 * `tf.tidy`.
 *
 * @param images `[numImages, height, width, channels]`
 * @param maps `[numImages, MAP_NUMBERS]`
 */
export function mappedImages(images: tf.Tensor4D, maps: Float32Array): tf.Tensor4D {
  const [numImages, height, width, channels] = images.shape;
  const pixels = images.reshape<tf.Tensor3D>([numImages, height * width, channels]);
  const places = tf.tensor2d(maps, [2 * numImages, 3]).matMul(grid(height, width));
  const [x, y] = tf.unstack(places.reshape([numImages, 2, height * width]), 1);
  if (x === undefined || y === undefined) throw new RangeError("a map has two coordinates");
  const [column, row] = [x.clipByValue(0, width - 1), y.clipByValue(0, height - 1)];
  const [left, above] = [column.floor(), row.floor()];
  const [right, below] = [column.ceil(), row.ceil()];
  const [across, down] = [column.sub(left).expandDims(2), row.sub(above).expandDims(2)];
  // Gathers within each image, so that indices stay exact on backends that store integers as floats.
  const at = (atRow: tf.Tensor, atColumn: tf.Tensor) =>
    tf.gather(pixels, atRow.mul(width).add(atColumn).toInt(), 1, 1);
  return blend(
    blend(at(above, left), at(above, right), across),
    blend(at(below, left), at(below, right), across),
    down,
  ).reshape(images.shape);
}

/** `[3, height * width]`: column, row and 1 of every pixel. */
function grid(height: number, width: number): tf.Tensor2D {
  const places = Array.from({ length: height * width }, (_, at) => at);
  const columns = places.map((at) => at % width);
  const rows = places.map((at) => Math.floor(at / width));
  return tf.tensor2d([columns, rows, places.map(() => 1)]);
}

function blend(a: tf.Tensor, b: tf.Tensor, share: tf.Tensor): tf.Tensor {
  return a.add(b.sub(a).mul(share));
}

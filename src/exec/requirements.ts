/** The checks of batches and weights that every engine makes, with their errors. */
import { PlaygroundError } from "../core/errors.ts";
import { formatShape, type MapShape, sizeOf } from "../core/shape.ts";
import { MAP_NUMBERS } from "./affineMap.ts";
import type { Batch } from "./executor.ts";

/**
 * @param shape the network's input shape.
 * @param numClasses how many classes labels may name.
 * @throws PlaygroundError `network.shape-mismatch` for a batch without images, with another number of values, maps
 *   or labels than it says, or with a label that the network has no class for.
 */
export function requireBatch(batch: Batch, shape: MapShape, numClasses: number): void {
  const { labels, numImages } = batch;
  const [what, length, size] =
    batch.kind === "pixels"
      ? ["pixels", batch.pixels.length, batch.height * batch.width * batch.channels]
      : ["prepared values", batch.values.length, sizeOf(shape)];
  if (!Number.isInteger(numImages) || numImages < 1)
    throw batchFault(batch, "a batch holds at least one image", "1 or more", String(numImages));
  if (length !== numImages * size) {
    const rule = `the number of ${what} does not fit ${formatShape(shape)}`;
    throw batchFault(batch, rule, String(numImages * size), String(length));
  }
  if (batch.kind === "pixels" && batch.channels > shape[2]) {
    const rule = "images in colour do not fit a network that sees grey";
    throw batchFault(batch, rule, "1 channel", String(batch.channels));
  }
  const maps = batch.kind === "pixels" ? batch.maps : undefined;
  if (maps !== undefined && maps.length !== numImages * MAP_NUMBERS) {
    const rule = "every image of an augmented batch has its map";
    throw batchFault(batch, rule, String(numImages * MAP_NUMBERS), String(maps.length));
  }
  const wrong = labels.find((label) => label >= numClasses);
  if (wrong === undefined && labels.length === numImages) return;
  throw batchFault(
    batch,
    "the labels do not fit the batch and the network's classes",
    `${numImages} labels below ${numClasses}`,
    wrong === undefined ? `${labels.length} labels` : `label ${wrong}`,
  );
}

/**
 * @param sizes of the network's weights, by path.
 * @throws PlaygroundError `network.shape-mismatch` unless each of `weights` is one of them.
 */
export function requireWeights(
  weights: ReadonlyMap<string, { readonly length: number }>,
  sizes: ReadonlyMap<string, number>,
): void {
  for (const [path, values] of weights) {
    const size = sizes.get(path);
    if (size === undefined) {
      const rule = "no weight of this network has this path";
      throw weightFault(path, rule, "a path as readWeights gives it", "none");
    }
    if (values.length !== size) {
      const rule = "the weight has another size";
      throw weightFault(path, rule, `${size} values`, String(values.length));
    }
  }
}

function batchFault(batch: Batch, rule: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "network.shape-mismatch",
    where: `batch of ${batch.numImages} images`,
    rule,
    expected,
    got,
    remedy: "Give images and labels as the data and the network have them.",
  });
}

function weightFault(path: string, rule: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "network.shape-mismatch",
    where: path,
    rule,
    expected,
    got,
    remedy: "Take the weights from the same network.",
    context: { path },
  });
}

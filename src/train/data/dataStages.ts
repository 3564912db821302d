/**
 * Computes shapes and value ranges of images and labels after each preparation step, in the order in which engines apply them.
 */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { type MapShape, sizeOf } from "../../core/shape.ts";
import type { DataLook } from "../../protocol/dataLook.ts";
import { type LinearPreparation, linearPreparation } from "../../settings/preparation.ts";
import type { Preparation, Settings } from "../../settings/settings.ts";

type Stage = DataLook["images"][number];

/** One preparation step. `linear` is the argument with which the reference's `prepareBatch` does all steps up to this one. */
interface Step {
  readonly title: string;
  readonly shape: MapShape;
  readonly linear: LinearPreparation | undefined;
}

const SCALED: Readonly<Record<Exclude<Preparation, "standardize">, string>> = {
  unit: "x / 255",
  symmetric: "x / 127.5 - 1",
  bytes: "x",
  caffe: "x - ImageNet's means, blue first",
  printed: "As the notes print it",
};

/**
 * @param images batches of one image each, all of one size.
 * @param numImages the number of images in the whole set.
 */
export async function imageStages(
  images: readonly PixelBatch[],
  numImages: number,
  settings: Settings,
): Promise<Stage[]> {
  const [first] = images;
  if (first === undefined) return [];
  const { prepareBatch } = await import("../../exec/reference/prepareBatch.ts");
  const stages = stepsOf(first, settings).map(({ title, shape, linear }): Stage => {
    const range = rangeMeter();
    for (const image of images) {
      const values = new Float64Array(sizeOf(shape));
      prepareBatch(image, shape, linear, values);
      range.add(values);
    }
    return { title, shape: [numImages, ...shape], ...range.read() };
  });
  const last = stages.at(-1);
  return last === undefined
    ? []
    : [
        ...stages,
        { ...last, title: "A batch", shape: [settings.batchSize, ...last.shape.slice(1)] },
      ];
}

function stepsOf(
  { height, width, channels: stored }: PixelBatch,
  { inputSize, inputChannels, preparation }: Settings,
): readonly Step[] {
  const before: MapShape = [height, width, stored];
  const resized: MapShape = [inputSize, inputSize, stored];
  const after: MapShape = [inputSize, inputSize, inputChannels];
  const linear = linearPreparation(preparation, inputChannels);
  const asStored = { scale: 1, offsets: Array.from({ length: stored }, () => 0), reversed: false };
  const resizes = height !== inputSize || width !== inputSize;
  const steps: Step[] = [{ title: "As stored, bytes", shape: before, linear: asStored }];
  if (linear === undefined || preparation === "standardize") {
    steps.push({ title: "Each image standardised", shape: before, linear: undefined });
    if (resizes) steps.push({ title: "Resized", shape: resized, linear: undefined });
    if (stored !== inputChannels)
      steps.push({
        title: `Once for each of ${inputChannels} channels`,
        shape: after,
        linear: undefined,
      });
    return steps;
  }
  if (resizes) steps.push({ title: "Resized", shape: resized, linear: asStored });
  const tiled = stored === inputChannels ? "" : `, for each of ${inputChannels} channels`;
  steps.push({ title: `${SCALED[preparation]}${tiled}`, shape: after, linear });
  return steps;
}

/** Class indices become one-hot rows, which label smoothing softens. */
export function labelStages(
  numImages: number,
  numClasses: number,
  { labelSmoothing, batchSize }: Pick<Settings, "labelSmoothing" | "batchSize">,
): DataLook["labels"] {
  const low = labelSmoothing / numClasses;
  const row = { low, high: 1 - labelSmoothing + low };
  return [
    { title: "Class indices", shape: [numImages], low: 0, high: numClasses - 1 },
    { title: "One-hot", shape: [numImages, numClasses], ...row },
    { title: "A batch", shape: [batchSize, numClasses], ...row },
  ];
}

function rangeMeter() {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [sum, squares, count] = [0, 0, 0];
  return {
    add(values: Float64Array) {
      for (const value of values) {
        low = Math.min(low, value);
        high = Math.max(high, value);
        sum += value;
        squares += value * value;
      }
      count += values.length;
    },
    read() {
      const mean = sum / count;
      return { low, high, mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
    },
  };
}

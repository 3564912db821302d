/**
 * Draws how each image of a training batch is distorted, as Keras' `ImageDataGenerator` does. The draw depends only on the
 * run's seed, the step and the image's index in the batch, so it is the same in every engine and after a pause or a reload.
 * Evaluation batches are not augmented.
 */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { type RandomStream, randomStream } from "../../core/random.ts";
import { affineMap, type Distortion, MAP_NUMBERS } from "../../exec/affineMap.ts";
import type { AugmentationSettings, TrainingSettings } from "../../settings/settings.ts";

type Settings = AugmentationSettings & Pick<TrainingSettings, "seed">;

/**
 * Returns the batch of `step`, counted from 0, with an affine map for each image. When no distortion is switched on, it returns
 * the batch unchanged.
 */
export function augmentBatch(batch: PixelBatch, settings: Settings, step: number): PixelBatch {
  const { horizontalFlip, shift, shear, zoom, seed } = settings;
  if (!horizontalFlip && shift === 0 && shear === 0 && zoom === 0) return batch;
  const { height, width, numImages } = batch;
  const random = randomStream(seed, `augmentation/${step}`);
  const maps = new Float32Array(numImages * MAP_NUMBERS);
  for (let image = 0; image < numImages; image += 1) {
    const distortion = drawDistortion(settings, height, width, random);
    maps.set(affineMap(distortion, height, width), image * MAP_NUMBERS);
  }
  return { ...batch, maps };
}

/**
 * Always draws the same random numbers, whatever is switched on. Switching one distortion on therefore leaves the others
 * unchanged.
 */
function drawDistortion(
  { horizontalFlip, shift, shear, zoom }: AugmentationSettings,
  height: number,
  width: number,
  random: RandomStream,
): Distortion {
  const between = (limit: number) => limit * (2 * random.nextFloat() - 1);
  return {
    flipped: random.nextFloat() < 0.5 && horizontalFlip,
    shiftX: between(shift * width),
    shiftY: between(shift * height),
    shear: between(shear),
    zoomX: 1 + between(zoom),
    zoomY: 1 + between(zoom),
  };
}

/** The description of the data that crosses from the worker to the page before a run. Plain data. */
import * as v from "valibot";
import { bytesSchema, countSchema } from "./schemas.ts";

/** The data after one preparation step on their way into the network. */
const stageSchema = v.object({
  /** What the step did, in a few words. */
  title: v.string(),
  /** The first axis is the number of images. */
  shape: v.array(countSchema),
  low: v.number(),
  high: v.number(),
});

/** The range of images is measured on some of them. */
const imageStageSchema = v.object({
  ...stageSchema.entries,
  mean: v.number(),
  deviation: v.number(),
});

/** Consecutive images, all of one size. */
const picturesSchema = v.object({
  height: countSchema,
  width: countSchema,
  channels: v.picklist([1, 3]),
  pixels: bytesSchema,
});

export const dataLookSchema = v.object({
  title: v.string(),
  classes: v.array(
    v.object({
      name: v.string(),
      training: countSchema,
      heldOut: countSchema,
      test: countSchema,
      /** The first few training images. */
      examples: picturesSchema,
    }),
  ),
  images: v.array(imageStageSchema),
  labels: v.array(stageSchema),
  /** The number of images that the ranges were measured on. */
  numMeasured: countSchema,
  /** The same few images as stored, as augmented for training (empty without augmentation), and as the network sees them. */
  stored: picturesSchema,
  augmented: v.nullable(picturesSchema),
  prepared: picturesSchema,
  notes: v.array(v.string()),
});

export type DataLook = v.InferOutput<typeof dataLookSchema>;

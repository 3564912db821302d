/** What a look at the data finds, as it crosses from the worker to the page. Plain data. */
import * as v from "valibot";
import { bytesSchema, countSchema } from "./schemas.ts";

/** One form that the data take on their way into the network. */
const stageSchema = v.object({
  /** What was done to the form before: a few words. */
  title: v.string(),
  /** With the number of images first. */
  shape: v.array(countSchema),
  low: v.number(),
  high: v.number(),
});

/** Of images, measured on some of them. */
const imageStageSchema = v.object({
  ...stageSchema.entries,
  mean: v.number(),
  deviation: v.number(),
});

/** Images one after the other, all of one size. */
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
      /** Of the training images, the first few. */
      examples: picturesSchema,
    }),
  ),
  images: v.array(imageStageSchema),
  labels: v.array(stageSchema),
  /** Images that the ranges were taken from. */
  numMeasured: countSchema,
  /** The same few images as stored, as training sees them (empty without augmentation), and as the network does. */
  stored: picturesSchema,
  augmented: v.nullable(picturesSchema),
  prepared: picturesSchema,
  notes: v.array(v.string()),
});

export type DataLook = v.InferOutput<typeof dataLookSchema>;

/** Opens a run's data from a person's own files and adapts `data/own/` to the interface of the run loop. */
import type { DataSetDescription } from "../../core/dataSet.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import type { Shares } from "../../core/ownSplit.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { randomStream, shuffleInPlace } from "../../core/random.ts";
import { formatCount } from "../../core/units.ts";
import { checksumOfAll, checksumsOf } from "../../data/own/checksums.ts";
import { duplicateNotes } from "../../data/own/duplicates.ts";
import { toGrey } from "../../data/own/greyImages.ts";
import { countsOf } from "../../data/own/labels.ts";
import { hiddenNotes } from "../../data/own/leftOut.ts";
import { openOwnData } from "../../data/own/openOwnData.ts";
import type { OwnData, OwnPart, OwnProgress } from "../../data/own/ownData.ts";
import type { OwnDataSet } from "../../settings/ownData.ts";
import type { Settings } from "../../settings/settings.ts";
import type { RunData } from "./runData.ts";

/** The maximum number of images that the live curve is measured on. */
const MAX_LIVE_IMAGES = 1000;

export interface OwnRunDataOptions {
  readonly kind: OwnDataSet;
  readonly files: readonly OwnFile[];
  readonly settings: Settings;
  /** The number of images in an evaluation batch. */
  readonly evaluationBatch: number;
}

/** @throws PlaygroundError `file.*` */
export async function openOwnRunData({
  kind,
  files,
  settings,
  evaluationBatch,
}: OwnRunDataOptions): Promise<RunData> {
  const data = await openOwnData(kind, files, { ...settings, checkAll: false });
  const { train, validation, test } = data;
  const { taken, note } = takenImages(train.labels.length, settings);
  const asGrey = data.channels === 3 && settings.inputChannels !== 3;
  const read = async (part: OwnPart, indices: ArrayLike<number>): Promise<PixelBatch> => {
    const images = await part.read(indices);
    return asGrey ? toGrey(images) : images;
  };
  const numValidation = validation.labels.length;
  // Files come sorted by class, so a validation on some of them must not see the first classes only.
  const { validationSteps } = settings;
  const most = validationSteps === 0 ? numValidation : validationSteps * settings.batchSize;
  const whole = drawn(numValidation, Math.min(numValidation, most), settings.seed);
  const live = drawn(numValidation, Math.min(numValidation, MAX_LIVE_IMAGES), settings.seed);
  const batchesOf = (
    part: OwnPart,
    indices: Uint32Array,
    batchSize: number,
    whole: boolean,
    skip = 0,
  ) => ahead(cut(indices, batchSize, whole, skip), (some) => read(part, some));

  return {
    description: { ...describeOwnData(kind, data, files), channels: asGrey ? 1 : data.channels },
    numTrain: taken.length,
    numValidation,
    notes: [
      ...data.notes,
      ...note,
      ...(asGrey ? ["The pictures are in colour; the network sees them in grey."] : []),
    ],
    trainingBatches: (epoch, skip = 0) => {
      const order = shuffleInPlace(taken.slice(), randomStream(settings.seed, `data.own/${epoch}`));
      const { batchSize, remainder } = settings;
      return batchesOf(train, order, batchSize, remainder === "drop", skip);
    },
    validationBatches: (part) =>
      batchesOf(validation, part === "whole" ? whole : live, evaluationBatch, false),
    testBatches: () => batchesOf(test, upTo(test.labels.length), evaluationBatch, false),
    testImages: (indices) => read(test, indices),
    validationImages: (part, places) => {
      const order = part === "whole" ? whole : live;
      return read(
        validation,
        Uint32Array.from(places, (place) => order[place] ?? 0),
      );
    },
  };
}

export interface LookedInto {
  readonly dataSet: DataSetDescription;
  /** Files or archive entries that the run skips. */
  readonly leftOut: { readonly path: string; readonly entry: string | undefined }[];
  /** Of each file, in their order. */
  readonly checksums: string[];
}

/**
 * Reads every file and describes the contents before any training.
 * @throws PlaygroundError `file.*`
 */
export async function inspectOwn(
  kind: OwnDataSet,
  files: readonly OwnFile[],
  settings: Pick<Settings, "seed" | "inputSize" | keyof Shares>,
  onProgress: (progress: OwnProgress) => void,
): Promise<LookedInto> {
  const data = await openOwnData(kind, files, { ...settings, checkAll: true, onProgress });
  const leftOut = data.leftOut.map(({ path, entry }) => ({ path, entry }));
  const checksums = await checksumsOf(files, (share) =>
    onProgress({ task: "Computing checksums", share }),
  );
  const skipped = new Set(
    leftOut.flatMap(({ path, entry }) => (entry === undefined ? [path] : [])),
  );
  const used = files
    .map((file, index) => ({ ...file, checksum: checksums[index] }))
    .filter(({ path }) => !skipped.has(path));
  const notes = [
    ...(await duplicateNotes(data.train, data.test)),
    ...data.notes,
    ...hiddenNotes(data.hidden),
  ];
  return { dataSet: describeOwnData(kind, { ...data, notes }, used), leftOut, checksums };
}

/** Describes the data as a plain object for the page. */
function describeOwnData(
  kind: OwnDataSet,
  data: OwnData,
  usedFiles: readonly OwnFile[],
): DataSetDescription {
  const { title, classes, height, width, channels, sizeBytes, files, notes, train, test, whole } =
    data;
  return {
    id: kind,
    title,
    classes: [...classes],
    numTrain: train.labels.length,
    numTest: test.labels.length,
    height,
    width,
    channels,
    sizeBytes,
    numShards: files.length,
    fallbackReason: "",
    own: {
      files: files.map((file) => ({ ...file })),
      notes: [...notes],
      ...(whole && { whole: { ...whole, counts: [...whole.counts] } }),
      trainCounts: countsOf(train.labels, classes.length),
      testCounts: countsOf(test.labels, classes.length),
      checksum: checksumOfAll(usedFiles),
    },
  };
}

function takenImages(numImages: number, { trainingImages, seed }: Settings) {
  if (trainingImages === 0) return { taken: upTo(numImages), note: [] };
  if (trainingImages > numImages) {
    const note = `There are ${formatCount(numImages)} training images: all of them are used instead of ${formatCount(trainingImages)}.`;
    return { taken: upTo(numImages), note: [note] };
  }
  return { taken: drawn(numImages, trainingImages, seed), note: [] };
}

/** Draws `count` of the first `numImages` indices with the seed and sorts them in ascending order. */
function drawn(numImages: number, count: number, seed: number): Uint32Array {
  if (count === numImages) return upTo(numImages);
  const order = shuffleInPlace(upTo(numImages), randomStream(seed, "data.ownTaken"));
  return order.slice(0, count).sort();
}

function upTo(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index);
}

/** Cuts the indices into pieces of `size` and leaves out the first `skip` pieces. With `whole`, a smaller last piece is dropped. */
function* cut(
  indices: Uint32Array,
  size: number,
  whole: boolean,
  skip: number,
): Generator<Uint32Array> {
  const end = whole ? indices.length - (indices.length % size) : indices.length;
  for (let first = skip * size; first < end; first += size)
    yield indices.subarray(first, Math.min(end, first + size));
}

/** Prefetches: reads the next batch while the engine computes on the one before, because images take time to decode. */
async function* ahead(
  pieces: Iterable<Uint32Array>,
  read: (indices: Uint32Array) => Promise<PixelBatch>,
): AsyncGenerator<PixelBatch> {
  let pending: Promise<PixelBatch> | undefined;
  for (const piece of pieces) {
    const next = read(piece);
    // The error is thrown when its batch is awaited. Until then it must not count as an unhandled rejection.
    next.catch(() => {});
    if (pending !== undefined) yield await pending;
    pending = next;
  }
  if (pending !== undefined) yield await pending;
}

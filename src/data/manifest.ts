/**
 * The manifest of a data set's folder: its form, and the check of a manifest from outside. The script that builds shards writes
 * this form and the page reads it; no other code knows it. Fetching is in `openDataSet.ts`.
 *
 * A shard is the gzip of `labels` (one byte an image) followed by `pixels` (height x width bytes an image). Sizes and checksums
 * are those of the packed file on the server.
 */
import * as v from "valibot";
import { PlaygroundError } from "../core/errors.ts";

/** Raised whenever shards or manifest change form: sets of another version are rebuilt. */
export const FORMAT_VERSION = 1;

export type DataSetId = "fashion-mnist" | "starter";
/** The two parts of every set. Validation images are held out of `train`; see `split.ts`. */
export type PartName = "train" | "test";

const countSchema = v.pipe(v.number(), v.integer(), v.minValue(1));
const text = (form: RegExp, inWords: string) =>
  v.pipe(
    v.string(),
    v.check((value) => form.test(value), inWords),
  );

const shardSchema = v.object({
  /**
   * A plain name in the manifest's own folder. The extension is not `.gz`, because some servers and browsers unpack that on
   * their own.
   */
  file: text(/^[a-z0-9-]+\.shard$/, "a file name such as train-00.shard"),
  numImages: countSchema,
  sizeBytes: countSchema,
  sha256: text(/^[0-9a-f]{64}$/, "64 hexadecimal digits"),
});

const partSchema = v.pipe(
  v.object({ numImages: countSchema, shards: v.pipe(v.array(shardSchema), v.minLength(1)) }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const sum = dataset.value.shards.reduce((images, shard) => images + shard.numImages, 0);
    if (dataset.value.numImages === sum) return;
    const expected = `numImages ${sum}, the sum over its shards`;
    addIssue({ message: expected, expected, received: String(dataset.value.numImages) });
  }),
);

const manifestSchema = v.object({
  formatVersion: v.literal(FORMAT_VERSION),
  id: v.picklist(["fashion-mnist", "starter"]),
  title: v.string(),
  /** Short names, for axes and legends; a label is an index into them. */
  classes: v.pipe(v.array(v.string()), v.minLength(2), v.maxLength(256)),
  /** In pixels. */
  height: countSchema,
  width: countSchema,
  splits: v.object({ train: partSchema, test: partSchema }),
});

export type Manifest = v.InferOutput<typeof manifestSchema>;
export type PartEntry = Manifest["splits"][PartName];
export type ShardEntry = PartEntry["shards"][number];

/**
 * Checks a manifest from outside (parsed JSON).
 * @param where the file or address it came from, for the message
 * @throws PlaygroundError `data.manifest-invalid`
 */
export function parseManifest(value: unknown, where: string): Manifest {
  const result = v.safeParse(manifestSchema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? "the whole";
  throw invalidManifest(where, {
    rule: `the manifest's "${path}" does not fit format version ${FORMAT_VERSION}`,
    expected: issue.expected ?? issue.message,
    got: issue.received,
  });
}

/**
 * Creates the error for a manifest that exists but cannot be used.
 * @param isDamaged whether fetching it again may help
 */
export function invalidManifest(
  where: string,
  wrong: { readonly rule: string; readonly expected: string; readonly got: string },
  isDamaged = false,
): PlaygroundError {
  return new PlaygroundError({
    code: "data.manifest-invalid",
    where,
    ...wrong,
    remedy: "Build the data set again with `npm run data`, then reload the page.",
    context: { isDamaged, reason: wrong.rule },
  });
}

/** Returns the sum of the shards' packed sizes in bytes. */
export function totalSizeBytes(shards: readonly ShardEntry[]): number {
  return shards.reduce((sum, shard) => sum + shard.sizeBytes, 0);
}

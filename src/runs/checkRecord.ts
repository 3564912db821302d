/**
 * Checks heads and bodies that come from storage or from a file, where anything may have changed them. Everything that passes
 * is a whole record with finite numbers and settings inside their rules.
 */
import * as v from "valibot";
import { PlaygroundError } from "../core/errors.ts";
import { checkSettings, isSettingKey } from "../settings/fields.ts";
import { RECIPES } from "../settings/recipes/registry.ts";
import type { Settings } from "../settings/settings.ts";
import {
  MOST_CLASSES,
  MOST_MATRICES,
  MOST_NAME_LETTERS,
  MOST_NOTE_LETTERS,
  MOST_POINTS,
  MOST_REMARKS,
  MOST_TAG_LETTERS,
  MOST_TAGS,
} from "./runLimits.ts";
import {
  type Clock,
  type Curve,
  OUTCOMES,
  RECORD_VERSION,
  RUN_KINDS,
  type RunBody,
  type RunHead,
  type RunMatrix,
} from "./runRecord.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e15));
const positive = v.pipe(count, v.minValue(1));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const label = text(500);
const time = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15));

const measured = { step: count, loss: v.pipe(v.number(), v.finite()), accuracy: share };

const headSchema = v.object({
  version: v.literal(RECORD_VERSION),
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  kind: v.picklist(RUN_KINDS),
  group: v.nullable(v.object({ id: label, title: label, lane: label })),
  name: text(1_000),
  ownName: text(MOST_NAME_LETTERS),
  recipeId: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  // Each of them is checked by the table of settings.
  settings: v.custom<object>((value) => typeof value === "object" && value !== null),
  startedAt: time,
  updatedAt: time,
  outcome: v.picklist(OUTCOMES),
  error: text(10_000),
  ending: v.optional(text(10_000), ""),
  engine: v.nullable(v.object({ engine: label, label, device: label, backend: label })),
  machine: v.object({ browser: label, cores: count, memoryGb: v.nullable(amount) }),
  program: label,
  data: label,
  remarks: v.pipe(v.array(text(10_000)), v.maxLength(MOST_REMARKS)),
  notes: text(MOST_NOTE_LETTERS),
  tags: v.pipe(v.array(text(MOST_TAG_LETTERS)), v.maxLength(MOST_TAGS)),
  pinned: v.boolean(),
  deletedAt: v.nullable(time),
  plan: v.nullable(
    v.object({
      totalSteps: count,
      stepsPerEpoch: positive,
      batchSize: positive,
      numTrain: count,
      numValidation: count,
    }),
  ),
  costs: v.nullable(v.object({ parameters: count, macs: amount })),
  figures: v.object({
    step: count,
    trainMs: amount,
    training: v.nullable(v.object(measured)),
    validation: v.nullable(v.object(measured)),
    best: v.nullable(v.object(measured)),
    test: v.nullable(v.object({ ...measured, numImages: count })),
  }),
  sizeBytes: amount,
});

/**
 * Returns the head of a run. Settings that this program does not know are dropped, and missing ones are the recipe's, because
 * programs of other versions have others.
 *
 * @param where names the record in the message
 * @throws PlaygroundError `run.invalid-record`; `setting.invalid` when a setting has a value outside its rules
 */
export function checkHead(value: unknown, where: string): RunHead {
  const version = versionOf(value);
  if (typeof version === "number" && version > RECORD_VERSION) throw newerVersion(where, version);
  const parsed = v.safeParse(headSchema, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const path = v.getDotPath(issue) ?? "the record";
    throw invalid(where, `${path} does not fit`, issue.expected ?? "another value", issue.received);
  }
  const { output } = parsed;
  return { ...output, settings: settingsOf(output.settings, output.recipeId) };
}

function settingsOf(found: object, recipeId: string): Settings {
  const recipe = RECIPES.find(({ id }) => id === recipeId) ?? RECIPES[0];
  const settings: Record<string, unknown> = { ...recipe?.settings };
  for (const [key, value] of Object.entries(found)) if (isSettingKey(key)) settings[key] = value;
  return checkSettings(settings);
}

/** The error for a record or a file that a newer program wrote. */
export function newerVersion(where: string, version: number): PlaygroundError {
  return new PlaygroundError({
    code: "run.invalid-record",
    where,
    rule: "a newer version of this page wrote it",
    expected: `version ${RECORD_VERSION} or older`,
    got: `version ${version}`,
    remedy: "Reload the page to get its newest version.",
    context: { version },
  });
}

function versionOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "version" in value
    ? value.version
    : undefined;
}

/**
 * Returns the body of a run.
 * @param where names the record in the message
 * @throws PlaygroundError `run.invalid-record`
 */
export function checkBody(value: unknown, where: string): RunBody {
  const fields = recordOf(value, where);
  const { id, classes } = fields;
  if (typeof id !== "string")
    throw invalid(where, "a body has the id of its run", "text", typeof id);
  if (
    !Array.isArray(classes) ||
    classes.length > MOST_CLASSES ||
    !classes.every((name): name is string => typeof name === "string" && name.length <= 1_000)
  )
    throw invalid(where, "the classes are names", `at most ${MOST_CLASSES} texts`, typeof classes);
  return {
    id,
    classes,
    training: checkCurve(fields.training, `${where}, training`),
    validation: checkCurve(fields.validation, `${where}, validation`),
    clock: checkClock(fields.clock, `${where}, clock`),
    matrices: checkMatrices(fields.matrices, `${where}, matrices`, classes.length),
  };
}

function checkCurve(value: unknown, where: string): Curve {
  const { steps, losses, accuracies } = recordOf(value, where);
  const curve = {
    steps: ascending(steps, `${where}, steps`),
    losses: columnOf(losses, `${where}, losses`),
    accuracies: columnOf(accuracies, `${where}, accuracies`),
  };
  requireEqualLength(where, Object.values(curve));
  const wrong = curve.accuracies.find((share) => share < 0 || share > 1);
  if (wrong !== undefined) throw invalid(where, "an accuracy is a share", "0 to 1", String(wrong));
  return curve;
}

function checkClock(value: unknown, where: string): Clock {
  const { steps, trainMs, learningRates } = recordOf(value, where);
  const clock = {
    steps: ascending(steps, `${where}, steps`),
    trainMs: columnOf(trainMs, `${where}, times`),
    learningRates: columnOf(learningRates, `${where}, learning rates`),
  };
  requireEqualLength(where, Object.values(clock));
  return clock;
}

function checkMatrices(value: unknown, where: string, numClasses: number): readonly RunMatrix[] {
  if (!Array.isArray(value) || value.length > MOST_MATRICES)
    throw invalid(where, "the matrices are a list", `at most ${MOST_MATRICES}`, typeof value);
  return value.map((entry: unknown, index) => {
    const name = `${where} ${index}`;
    const { step, source, numImages, counts } = recordOf(entry, name);
    if (!isCount(step) || !isCount(numImages) || (source !== "validation" && source !== "test"))
      throw invalid(
        name,
        "a matrix has a step, a source and a number of images",
        "these",
        "others",
      );
    if (!(counts instanceof Uint32Array) || counts.length !== numClasses ** 2) {
      const got = counts instanceof Uint32Array ? String(counts.length) : typeof counts;
      throw invalid(name, "its counts are classes × classes", String(numClasses ** 2), got);
    }
    const total = counts.reduce((sum, own) => sum + own, 0);
    if (total !== numImages)
      throw invalid(name, "its counts add up to the images", String(numImages), String(total));
    return { step, source, numImages, counts };
  });
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function columnOf(value: unknown, where: string): Float64Array {
  if (!(value instanceof Float64Array) || value.length > MOST_POINTS)
    throw invalid(where, "a column is a list of numbers", `at most ${MOST_POINTS}`, typeof value);
  if (!value.every(Number.isFinite)) {
    const at = value.findIndex((number) => !Number.isFinite(number));
    throw invalid(
      where,
      "every number is finite",
      "a finite number",
      `${value[at]} at place ${at}`,
    );
  }
  return value;
}

function ascending(value: unknown, where: string): Float64Array {
  const column = columnOf(value, where);
  const at = column.findIndex((step, index) => index > 0 && step <= (column[index - 1] ?? 0));
  if (at > 0 || (column[0] ?? 0) < 0)
    throw invalid(where, "steps ascend from 0", "a higher step", `${column[Math.max(at, 0)]}`);
  return column;
}

function requireEqualLength(where: string, columns: readonly Float64Array[]): void {
  const lengths = [...new Set(columns.map(({ length }) => length))];
  if (lengths.length > 1)
    throw invalid(where, "its columns are equally long", String(lengths[0]), String(lengths[1]));
}

function recordOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null)
    throw invalid(where, "it is a record", "an object", String(value));
  return { ...value };
}

function invalid(where: string, rule: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "run.invalid-record",
    where,
    rule,
    expected,
    got: got.slice(0, 100),
    remedy: "It was changed or damaged; export the run again, or delete it.",
  });
}

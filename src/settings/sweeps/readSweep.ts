/**
 * Reads the description of a sweep, a JSON file or what the page's dialog holds, and checks it field by field. docs/sweeps.md
 * describes the format.
 */
import * as v from "valibot";
import { type Fault, PlaygroundError } from "../../core/errors.ts";
import { formatCount } from "../../core/units.ts";
import { applies } from "../applies.ts";
import {
  checkSetting,
  FIELDS,
  type Field,
  formatSetting,
  fromText,
  isSettingKey,
  SETTING_KEYS,
  wrongValue,
} from "../fields.ts";
import { isOwnDataSet } from "../ownData.ts";
import { RECIPES, recipeById } from "../recipes/registry.ts";
import type { SettingKey } from "../settings.ts";
import { combinationsOf, numCombinations } from "./combinations.ts";
import {
  isRange,
  MOST_RUNS,
  type SampledRange,
  type SettingValue,
  SWEEP_VERSION,
  type Sweep,
  type SweepAxis,
} from "./sweep.ts";

/** Values may be texts, as in a link: `"on"` for `true`. */
const valueSchema = v.union([v.number(), v.string(), v.boolean(), v.array(v.number())]);

const rangeSchema = v.strictObject({
  from: v.number(),
  to: v.number(),
  scale: v.optional(v.picklist(["linear", "log"]), "linear"),
});

const fileSchema = v.strictObject({
  version: v.literal(SWEEP_VERSION),
  name: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80))),
  recipe: v.picklist(RECIPES.map(({ id }) => id)),
  settings: v.optional(v.record(v.string(), valueSchema), {}),
  vary: v.record(v.string(), v.union([v.pipe(v.array(valueSchema), v.minLength(1)), rangeSchema])),
  sample: v.optional(
    v.strictObject({
      runs: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_RUNS)),
      seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 1),
    }),
  ),
});

/** A sweep as its file holds it. */
export type SweepFile = v.InferInput<typeof fileSchema>;

export type ReadSweep =
  | { readonly sweep: Sweep; readonly problems: readonly [] }
  | {
      readonly sweep: null;
      /** One for each field that is wrong. `context.where` is its path: `vary.width[1]`. */
      readonly problems: readonly PlaygroundError[];
    };

export function readSweep(value: unknown): ReadSweep {
  const parsed = v.safeParse(fileSchema, value);
  if (!parsed.success) return { sweep: null, problems: parsed.issues.map(problemOfIssue) };
  const { name, recipe: recipeId, settings, vary, sample = null } = parsed.output;
  const problems: PlaygroundError[] = [];
  const report = (fault: Omit<Fault, "code">) =>
    problems.push(new PlaygroundError({ code: "setting.invalid", ...fault }));

  let base = recipeById(recipeId).settings;
  for (const [key, given] of Object.entries(settings)) {
    const where = `settings.${key}`;
    if (!requireKey(where, key, report)) continue;
    const read = readValue(where, key, given, report);
    if (read !== undefined) base = { ...base, [key]: read };
  }
  const axes: SweepAxis[] = [];
  for (const [key, among] of Object.entries(vary)) {
    if (Object.hasOwn(settings, key))
      report({
        where: `vary.${key}`,
        rule: "a setting is the same in all runs or varies",
        expected: "it in one of settings and vary",
        got: "both",
        remedy: "Leave one out.",
      });
    const axis = readAxis(key, among, sample !== null, report);
    if (axis !== undefined) axes.push(axis);
  }
  if (problems.length > 0) return { sweep: null, problems };

  const sweep: Sweep = {
    name: name ?? axes.map(({ key }) => FIELDS[key].label).join(", "),
    recipeId,
    base,
    axes,
    sample,
  };
  checkSize(sweep, report);
  if (problems.length === 0)
    checkEffects(sweep, Object.keys(settings).filter(isSettingKey), report);
  return problems.length > 0 ? { sweep: null, problems } : { sweep, problems: [] };
}

/** The inverse of `readSweep`. The file names only settings that differ from the recipe's. */
export function sweepFile({ name, recipeId, base, axes, sample }: Sweep): SweepFile {
  const recipe = RECIPES.find(({ id }) => id === recipeId)?.settings;
  const varied = axes.map(({ key }) => key);
  const changed = SETTING_KEYS.filter(
    (key) =>
      !varied.includes(key) &&
      applies(key, base) &&
      (recipe === undefined || formatSetting(key, recipe[key]) !== formatSetting(key, base[key])),
  );
  return {
    version: SWEEP_VERSION,
    name,
    recipe: recipeId,
    settings: Object.fromEntries(changed.map((key) => [key, plainValue(base[key])])),
    vary: Object.fromEntries(
      axes.map(({ key, among }) => [key, isRange(among) ? { ...among } : among.map(plainValue)]),
    ),
    ...(sample !== null && { sample: { ...sample } }),
  };
}

type PlainValue = v.InferInput<typeof valueSchema>;
type Report = (fault: Omit<Fault, "code">) => void;

function plainValue(value: SettingValue): PlainValue {
  return typeof value === "object" ? [...value] : value;
}

function readAxis(
  key: string,
  among: readonly PlainValue[] | SampledRange,
  isSample: boolean,
  report: Report,
): SweepAxis | undefined {
  const where = `vary.${key}`;
  if (!requireKey(where, key, report)) return undefined;
  if ("from" in among) return readRange(where, key, among, isSample, report);
  const values: SettingValue[] = [];
  const texts = new Set<string>();
  for (const [index, given] of among.entries()) {
    const read = readValue(`${where}[${index}]`, key, given, report);
    if (read === undefined) continue;
    const text = String(read);
    if (texts.has(text))
      report({
        where: `${where}[${index}]`,
        rule: "a value stands once in a list",
        got: `${text} again`,
        remedy: "Leave one out; for repetitions, vary the seed.",
      });
    texts.add(text);
    values.push(read);
  }
  return { key, among: values };
}

function readRange(
  where: string,
  key: SettingKey,
  range: SampledRange,
  isSample: boolean,
  report: Report,
): SweepAxis | undefined {
  const field: Field = FIELDS[key];
  if (!isSample || field.kind !== "number") {
    report({
      where,
      rule: isSample ? "only numbers are drawn from a range" : "a grid has no ranges",
      expected: "a list of values",
      got: `from ${range.from} to ${range.to}`,
      remedy: isSample ? "List the values." : "List the values, or draw a sample.",
    });
    return undefined;
  }
  readValue(`${where}.from`, key, range.from, report);
  readValue(`${where}.to`, key, range.to, report);
  if (range.from >= range.to || (range.scale === "log" && range.from <= 0))
    report({
      where,
      rule: "a range ascends, and by logarithms it begins above 0",
      expected: "from below to",
      got: `from ${range.from} to ${range.to}`,
      remedy: "Correct one of them.",
    });
  return { key, among: range };
}

/** Returns the checked value; `undefined` after a report. */
function readValue(
  where: string,
  key: SettingKey,
  given: PlainValue,
  report: Report,
): SettingValue | undefined {
  const field: Field = FIELDS[key];
  const value = typeof given === "string" ? fromText(field, given.trim()) : given;
  const wrong = wrongValue(field, value);
  if (wrong === undefined) return checkSetting(key, value);
  report({
    where,
    rule: "the value does not fit",
    ...wrong,
    remedy: "Correct it, or leave it out.",
  });
  return undefined;
}

function requireKey(where: string, key: string, report: Report): key is SettingKey {
  if (isSettingKey(key)) return true;
  report({
    where,
    rule: "no setting has this name",
    expected: `one of ${SETTING_KEYS.join(", ")}`,
    remedy: "Check the spelling.",
  });
  return false;
}

function checkSize({ axes, sample }: Sweep, report: Report): void {
  const number = numCombinations(axes);
  if (axes.length === 0)
    report({
      where: "vary",
      rule: "a sweep varies a setting",
      expected: "one at least",
      got: "none",
      remedy: "Add one with the values to try.",
    });
  else if (sample === null && number > MOST_RUNS)
    report({
      where: "vary",
      rule: "a grid has as many runs as its lists have combinations",
      expected: `${MOST_RUNS} at most`,
      got: formatCount(number),
      remedy: "Leave values out, or draw a sample.",
    });
  else if (sample !== null && sample.runs > number)
    report({
      where: "sample.runs",
      rule: "a sample has different combinations",
      expected: `${formatCount(number)} at most, which is the whole grid`,
      got: formatCount(sample.runs),
      remedy: "Draw fewer, or leave the sample out.",
    });
}

/** A setting that a person wrote on purpose and that no run uses is an error, as it is on a command line. */
function checkEffects(sweep: Sweep, given: readonly SettingKey[], report: Report): void {
  const combinations = combinationsOf(sweep);
  if (isOwnDataSet(sweep.base.dataSet) || combinations.some(({ dataSet }) => isOwnDataSet(dataSet)))
    report({
      where: "dataSet",
      rule: "the files of a person are chosen by hand, and a sweep goes on without one",
      expected: "fashion-mnist or starter",
      got: sweep.base.dataSet,
      remedy:
        "Choose one of these, or train each run on your files by hand and compare them in Runs.",
    });
  for (const [place, keys] of [
    ["settings", given],
    ["vary", sweep.axes.map(({ key }) => key)],
  ] as const)
    for (const key of keys)
      if (combinations.every((settings) => !applies(key, settings)))
        report({
          where: `${place}.${key}`,
          rule: "the setting does nothing beside the others",
          got: formatSetting(key, sweep.base[key]),
          remedy: "Leave it out, or give a value to what it depends on.",
        });
}

function problemOfIssue(issue: v.InferIssue<typeof fileSchema>): PlaygroundError {
  const path = (issue.path ?? []).map(({ key }) => key);
  const where = path
    .map((key, index) =>
      typeof key === "number" ? `[${key}]` : `${index > 0 ? "." : ""}${String(key)}`,
    )
    .join("");
  const isKey = issue.type === "strict_object";
  const isUnknown = isKey && issue.expected === "never";
  const rule = isUnknown
    ? "a sweep has no such field"
    : isKey && issue.received === "undefined"
      ? "the field is missing"
      : "the field does not fit";
  return new PlaygroundError({
    code: "setting.invalid",
    where: where === "" ? "The sweep" : where,
    rule,
    ...(rule === "the field does not fit" && {
      expected: issue.expected ?? "another value",
      got: issue.received,
    }),
    remedy: "docs/sweeps.md describes the format.",
  });
}

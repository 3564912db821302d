/** Lists the combinations of a sweep: all of a grid, or a random sample that its seed determines. Pure functions. */
import { type RandomStream, randomStream } from "../../core/random.ts";
import { FIELDS, formatSetting } from "../fields.ts";
import type { Settings } from "../settings.ts";
import {
  isRange,
  type SampledRange,
  type SettingValue,
  type Sweep,
  type SweepAxis,
} from "./sweep.ts";

/** A drawn combination that is already in the sample is drawn again, at most this often for each run. */
const DRAWS_A_RUN = 100;
/** Drawn numbers are rounded, because they stand in names and tables. */
const SIGNIFICANT_DIGITS = 3;

/** Returns the settings of every combination. In a grid, the last setting varies fastest. */
export function combinationsOf(sweep: Sweep): readonly Settings[] {
  return sweep.sample === null ? gridOf(sweep) : sampleOf(sweep, sweep.sample);
}

/** Returns the number of combinations; infinite when one setting is drawn from a range. */
export function numCombinations(axes: readonly SweepAxis[]): number {
  return axes.reduce(
    (product, { among }) => product * (isRange(among) ? Number.POSITIVE_INFINITY : among.length),
    1,
  );
}

function gridOf({ base, axes }: Sweep): readonly Settings[] {
  return axes.reduce<readonly Settings[]>(
    (combinations, axis) =>
      combinations.flatMap((settings) =>
        (isRange(axis.among) ? [] : axis.among).map((value) => withValue(settings, axis, value)),
      ),
    [base],
  );
}

/** The sample is smaller than asked for when there are not as many different combinations. */
function sampleOf(
  { base, axes }: Sweep,
  { runs, seed }: NonNullable<Sweep["sample"]>,
): readonly Settings[] {
  const random = randomStream(seed, "sweep");
  const drawn = new Map<string, Settings>();
  for (let draws = 0; drawn.size < runs && draws < runs * DRAWS_A_RUN; draws += 1) {
    const settings = axes.reduce(
      (before, axis) => withValue(before, axis, drawnValue(axis, random)),
      base,
    );
    const key = axes.map((axis) => formatSetting(axis.key, settings[axis.key])).join("|");
    if (!drawn.has(key)) drawn.set(key, settings);
  }
  return [...drawn.values()];
}

function drawnValue({ key, among }: SweepAxis, random: RandomStream): SettingValue {
  if (isRange(among)) return drawnNumber(key, among, random.nextFloat());
  const value = among[random.nextInteger(among.length)];
  if (value === undefined) throw new Error("a sweep has at least one value of each setting");
  return value;
}

/** @param share in `[0, 1)` */
function drawnNumber(
  key: SweepAxis["key"],
  { from, to, scale }: SampledRange,
  share: number,
): number {
  const field = FIELDS[key];
  const exact =
    scale === "log"
      ? Math.exp(Math.log(from) + share * (Math.log(to) - Math.log(from)))
      : from + share * (to - from);
  if (field.kind !== "number") return exact;
  const rounded = field.onlySteps
    ? field.min + Math.round((exact - field.min) / field.step) * field.step
    : field.integer
      ? Math.round(exact)
      : Number(exact.toPrecision(SIGNIFICANT_DIGITS));
  return Math.min(to, Math.max(from, rounded));
}

function withValue(settings: Settings, { key }: SweepAxis, value: SettingValue): Settings {
  return { ...settings, [key]: value };
}

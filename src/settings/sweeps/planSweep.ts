/**
 * Turns a sweep into the runs that will be trained, with their counts, and names the combinations that will not be. Pure
 * functions.
 */
import { applies } from "../applies.ts";
import { formatSetting, keysThatAffect } from "../fields.ts";
import type { SettingKey, Settings } from "../settings.ts";
import { settingText } from "../settingText.ts";
import { combinationsOf } from "./combinations.ts";
import { isRange, type Sweep } from "./sweep.ts";

/** Counts of a network; `macs` is for one image. */
export interface NetworkCosts {
  readonly parameters: number;
  readonly macs: number;
}

export interface PlannedRun extends NetworkCosts {
  /** What it is in the sweep, by the settings with several values: `Width multiplier 0.25, Seed 1`. */
  readonly name: string;
  /** All varied settings, for a folder's name: `width=0.25,seed=1`. It stays when values are added to the sweep. */
  readonly id: string;
  readonly settings: Settings;
}

export interface LeftOut {
  readonly name: string;
  /** A sentence. */
  readonly reason: string;
}

export interface SweepPlan {
  readonly runs: readonly PlannedRun[];
  readonly leftOut: readonly LeftOut[];
}

const NETWORK_KEYS = keysThatAffect("network");

/**
 * A varied setting without an effect in a combination keeps the value of the base there. Combinations that become equal by that
 * are one run.
 *
 * @param costsOf counts the network of settings, or says why it cannot be built or trained
 */
export function planSweep(
  sweep: Sweep,
  costsOf: (settings: Settings) => NetworkCosts | string,
): SweepPlan {
  const keys = sweep.axes.map(({ key }) => key);
  const several = sweep.axes.filter(({ among }) => isRange(among) || among.length > 1);
  const named = several.length === 0 ? keys : several.map(({ key }) => key);
  const counted = remembered(costsOf);
  const runs = new Map<string, PlannedRun>();
  const leftOut: LeftOut[] = [];
  for (const asked of combinationsOf(sweep)) {
    const settings = effective(asked, sweep.base, keys);
    const used = keys.filter((key) => applies(key, settings));
    const id = idOf(used, settings);
    const same = runs.get(id);
    if (same !== undefined) {
      const without = keys.filter((key) => !used.includes(key));
      leftOut.push({
        name: nameOf(named, asked),
        reason: `It is the same run as “${same.name}”: ${nameOf(without, asked)} has no effect there.`,
      });
      continue;
    }
    const name = nameOf(
      named.filter((key) => used.includes(key)),
      settings,
    );
    const costs = counted(settings);
    if (typeof costs === "string") leftOut.push({ name, reason: costs });
    else runs.set(id, { name, id, settings, ...costs });
  }
  return { runs: [...runs.values()], leftOut };
}

function effective(asked: Settings, base: Settings, keys: readonly SettingKey[]): Settings {
  return keys
    .filter((key) => !applies(key, asked))
    .reduce((settings, key): Settings => ({ ...settings, [key]: base[key] }), asked);
}

function nameOf(keys: readonly SettingKey[], settings: Settings): string {
  return keys.map((key) => settingText(key, settings)).join(", ");
}

function idOf(keys: readonly SettingKey[], settings: Settings): string {
  return keys.map((key) => `${key}=${formatSetting(key, settings[key])}`).join(",");
}

/** Counts each network once, because most runs of a sweep share theirs with others. */
function remembered(costsOf: (settings: Settings) => NetworkCosts | string) {
  const known = new Map<string, NetworkCosts | string>();
  return (settings: Settings): NetworkCosts | string => {
    const key = NETWORK_KEYS.map((name) => String(settings[name])).join(" ");
    const costs = known.get(key) ?? costsOf(settings);
    known.set(key, costs);
    return costs;
  };
}

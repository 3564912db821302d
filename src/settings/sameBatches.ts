/**
 * Makes networks train on the same batches: which settings they must share, and how one network's settings are adapted to
 * another's.
 */
import { PlaygroundError } from "../core/errors.ts";
import { FIELDS, formatSetting, keysThatAffect } from "./fields.ts";
import type { Settings } from "./settings.ts";

/** The settings that determine which images are in which batch, how they are distorted, and how many batches there are. */
export const BATCH_KEYS = keysThatAffect("batches", "length");

/** The settings of the engine. A recipe's values for these belong to its own runs. */
const ENGINE_KEYS = keysThatAffect("engine");

/** Returns `settings` with the batches and the engine of `leader`. */
export function onBatchesOf(leader: Settings, settings: Settings): Settings {
  const keys = [...BATCH_KEYS, ...ENGINE_KEYS];
  return { ...settings, ...Object.fromEntries(keys.map((key) => [key, leader[key]])) };
}

/** @throws PlaygroundError `setting.invalid` when a lane would get other batches than the first. */
export function requireSameBatches(lanes: readonly Settings[]): void {
  const [leader, ...others] = lanes;
  if (leader === undefined) return;
  for (const other of others) {
    const key = BATCH_KEYS.find((candidate) => leader[candidate] !== other[candidate]);
    if (key === undefined) continue;
    throw new PlaygroundError({
      code: "setting.invalid",
      where: FIELDS[key].label,
      rule: "networks that race train on the same batches",
      expected: formatSetting(key, leader[key]),
      got: formatSetting(key, other[key]),
      remedy: "Give both the same value.",
      context: { setting: key },
    });
  }
}

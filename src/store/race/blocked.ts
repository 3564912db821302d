/**
 * Explains in a sentence why a race or an experiment cannot start. Pure functions. A busy machine is handled in
 * `machineOwner.ts` instead.
 */
import { PlaygroundError, serializeError } from "../../core/errors.ts";
import { NETWORK_SIZES } from "../../network/matchParameters.ts";
import type { ExperimentId } from "../../settings/experiments/experiment.ts";
import { experimentById } from "../../settings/experiments/registry.ts";
import type { Settings } from "../../settings/settings.ts";
import { networkOf } from "../settings/derived.ts";
import { lockedDifference } from "../settings/linkWords.ts";
import { blockedReason, type PlaygroundState } from "../store.ts";
import type { ExperimentBase } from "./experiment.ts";
import { lanesFor, type Rival } from "./rival.ts";
import type { LanePlan } from "./state.ts";

export type Lanes =
  | { readonly ok: true; readonly plans: readonly [LanePlan, LanePlan] }
  | { readonly ok: false; readonly message: string };

/** Returns the lanes as they would start now, or what is wrong with the rival. */
export function lanesNow(rival: Rival, current: Settings): Lanes {
  try {
    return { ok: true, plans: lanesFor(current, rival) };
  } catch (error) {
    if (!(error instanceof PlaygroundError)) throw error;
    return { ok: false, message: serializeError(error).message };
  }
}

/** Returns why a race cannot start, in a sentence; `null` when it can. */
export function raceBlocked(rival: Rival, playground: PlaygroundState): string | null {
  const { settings } = playground;
  const lanes = lanesNow(rival, settings.values);
  return (
    blockedReason(playground) ??
    plansFault(lanes) ??
    (lanes.ok ? lockedDifference(settings, lanes.plans) : null)
  );
}

/** Returns why an experiment cannot start, in a sentence; `null` when it can. */
export function experimentBlocked(
  id: ExperimentId,
  base: ExperimentBase,
  playground: PlaygroundState,
): string | null {
  return baseBlocked(base, playground) ?? armsLocked(id, base, playground);
}

function baseBlocked(base: ExperimentBase, playground: PlaygroundState): string | null {
  if (base === "own") return null;
  if (playground.settings.values.network !== "xception")
    return "The questions are about Xception: choose it as Architecture, or ask a small network.";
  return blockedReason(playground);
}

/** Asks for the arms only when something is locked, because that builds networks. */
function armsLocked(
  id: ExperimentId,
  base: ExperimentBase,
  { settings }: PlaygroundState,
): string | null {
  if (settings.restrictions.locked.length === 0) return null;
  const experiment = experimentById(id);
  const of = base === "current" ? settings.values : experiment.base;
  return lockedDifference(settings, experiment.arms(of, NETWORK_SIZES));
}

function plansFault(lanes: Lanes): string | null {
  if (!lanes.ok) return lanes.message;
  for (const { settings } of lanes.plans) {
    const network = networkOf(settings);
    if (!network.ok) return network.message;
  }
  return null;
}

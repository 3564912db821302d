/**
 * Speeds measured on this machine, remembered by what they depend on: the network, the batch, the optimiser,
 * the engine and the length of an epoch. Pure. Nothing here is an estimate: what was not measured is absent.
 */
import { FIELDS, SETTING_KEYS } from "../spec/fields.ts";
import type { SettingKey, Settings } from "../spec/settings.ts";
import type { RunError, Speed } from "./runState.ts";

export type MeasureTarget = "current" | "twin";

export interface MeasurementsState {
  readonly speeds: Readonly<Record<string, Speed>>;
  /** The measurement under way. */
  readonly pending: {
    readonly id: string;
    readonly key: string;
    readonly target: MeasureTarget;
  } | null;
  readonly error: RunError | null;
}

/** Beside the network's own settings, those that a step's time or an epoch's length depends on. */
const OTHER_KEYS: readonly SettingKey[] = [
  "optimizer",
  "batchSize",
  "remainder",
  "frozenLayers",
  "engine",
  "threads",
  "reproducible",
  "mixedPrecision",
  "tfjsBackend",
  "dataSet",
  "trainingImages",
  "holdOut",
];
const SPEED_KEYS = [
  ...SETTING_KEYS.filter((key) => FIELDS[key].group === "network"),
  ...OTHER_KEYS,
];

export function noMeasurements(): MeasurementsState {
  return { speeds: {}, pending: null, error: null };
}

function speedKey(settings: Settings): string {
  return SPEED_KEYS.map((key) => String(settings[key])).join(" ");
}

export function speedOf(state: MeasurementsState, settings: Settings): Speed | null {
  return state.speeds[speedKey(settings)] ?? null;
}

export function withSpeed(
  state: MeasurementsState,
  settings: Settings,
  speed: Speed,
): MeasurementsState {
  return remember(state, speedKey(settings), speed);
}

export function measuring(
  state: MeasurementsState,
  id: string,
  settings: Settings,
  target: MeasureTarget,
): MeasurementsState {
  return { ...state, pending: { id, key: speedKey(settings), target }, error: null };
}

export function measured(state: MeasurementsState, id: string, speed: Speed): MeasurementsState {
  if (state.pending?.id !== id) return state;
  return { ...remember(state, state.pending.key, speed), pending: null };
}

export function measurementFailed(
  state: MeasurementsState,
  id: string,
  error: RunError,
): MeasurementsState {
  return state.pending?.id === id ? { ...state, pending: null, error } : state;
}

export function measurementSuperseded(state: MeasurementsState, id: string): MeasurementsState {
  return state.pending?.id === id ? measurementCancelled(state) : state;
}

export function measurementCancelled(state: MeasurementsState): MeasurementsState {
  return { ...state, pending: null };
}

function remember(state: MeasurementsState, key: string, speed: Speed): MeasurementsState {
  const { stepMs, imagesPerSecond, epochMs, totalMs } = speed;
  return {
    ...state,
    speeds: { ...state.speeds, [key]: { stepMs, imagesPerSecond, epochMs, totalMs } },
  };
}

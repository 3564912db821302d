/**
 * Remembers speeds measured on this machine, keyed by the settings that affect them. Pure functions. Nothing here is an
 * estimate: a value that was not measured is absent.
 */
import type { DataSetDescription } from "../../core/dataSet.ts";
import type { SerializedError } from "../../core/errors.ts";
import { stepsInEpoch } from "../../settings/epoch.ts";
import { keysThatAffect } from "../../settings/fields.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Speed } from "./runState.ts";

export type MeasureTarget = "current" | "twin";

export interface MeasurementsState {
  readonly speeds: Readonly<Record<string, StepSpeed>>;
  /** The measurement in progress. */
  readonly pending: {
    readonly id: string;
    readonly key: string;
    readonly target: MeasureTarget;
  } | null;
  readonly error: SerializedError | null;
}

/** The speed of one step. The time of an epoch or a run follows from it and from settings that may change any time. */
export type StepSpeed = Pick<Speed, "stepMs" | "imagesPerSecond">;

const SPEED_KEYS = keysThatAffect("network", "speed");

export function noMeasurements(): MeasurementsState {
  return { speeds: {}, pending: null, error: null };
}

function speedKey(settings: Settings): string {
  return SPEED_KEYS.map((key) => String(settings[key])).join(" ");
}

export function speedOf(state: MeasurementsState, settings: Settings): StepSpeed | null {
  return state.speeds[speedKey(settings)] ?? null;
}

/**
 * Returns the milliseconds of an epoch with the current settings; `null` when no step was measured or the number of images is
 * unknown.
 */
export function epochMsOf(
  state: MeasurementsState,
  settings: Settings,
  dataSet: Pick<DataSetDescription, "numTrain"> | null,
): number | null {
  const speed = speedOf(state, settings);
  if (speed === null || dataSet === null) return null;
  const steps = stepsInEpoch(settings, dataSet.numTrain);
  return steps === 0 ? null : speed.stepMs * steps;
}

export function withSpeed(
  state: MeasurementsState,
  settings: Settings,
  speed: StepSpeed,
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

export function measured(
  state: MeasurementsState,
  id: string,
  speed: StepSpeed,
): MeasurementsState {
  if (state.pending?.id !== id) return state;
  return { ...remember(state, state.pending.key, speed), pending: null };
}

export function measurementFailed(
  state: MeasurementsState,
  id: string,
  error: SerializedError,
): MeasurementsState {
  return state.pending?.id === id ? { ...state, pending: null, error } : state;
}

export function measurementSuperseded(state: MeasurementsState, id: string): MeasurementsState {
  return state.pending?.id === id ? measurementCancelled(state) : state;
}

export function measurementCancelled(state: MeasurementsState): MeasurementsState {
  return { ...state, pending: null };
}

function remember(state: MeasurementsState, key: string, speed: StepSpeed): MeasurementsState {
  const { stepMs, imagesPerSecond } = speed;
  return { ...state, speeds: { ...state.speeds, [key]: { stepMs, imagesPerSecond } } };
}

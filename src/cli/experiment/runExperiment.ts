/**
 * Runs an experiment in the terminal: for each seed a race of its arms, with the page's own loop and shards from the disk. Each
 * arm's time counts only its own steps. Progress is reported by the race's events.
 */
import { totalmem } from "node:os";
import { NETWORK_SIZES, parametersOf } from "../../network/matchParameters.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { Arm, ExperimentId } from "../../settings/experiments/experiment.ts";
import { spreadOf, verdictText } from "../../settings/experiments/statistics.ts";
import { SETTING_KEYS } from "../../settings/fields.ts";
import type { Settings } from "../../settings/settings.ts";
import { openRunData } from "../../train/data/openRunData.ts";
import { race } from "../../train/loop/race.ts";
import { createGate } from "../../train/loop/runControl.ts";
import { selectInTerminal } from "../engines.ts";
import { DATA_URL, fetchFromDisk, readBaseFromDisk } from "../training/dataOnDisk.ts";
import { createArmRecorder, type SeedResult } from "./armRecorder.ts";
import type { ExperimentRequest } from "./experimentRequest.ts";

/** What `--json` prints. */
export interface ExperimentResult {
  readonly name: ExperimentId;
  readonly engine: string;
  /** The settings that all arms share, except the seed. */
  readonly base: Settings;
  readonly arms: readonly ArmOutcome[];
  /** A sentence that summarises the numbers. */
  readonly verdict: string;
}

export interface ArmOutcome {
  readonly name: string;
  readonly parameters: number;
  /** The settings in which the arm differs from `base`. */
  readonly settings: Partial<Settings>;
  readonly seeds: readonly SeedResult[];
  readonly failures: readonly { readonly seed: number; readonly failure: string }[];
  /** Mean of the test accuracies; `null` when no seed finished. */
  readonly mean: number | null;
  readonly spread: number | null;
}

const MOST_OF_MEMORY = 0.75;

export async function runExperiment(
  { experiment, base, numSeeds }: ExperimentRequest,
  onEvent: (event: WorkerEvent, seed: number, arms: readonly Arm[]) => void,
): Promise<ExperimentResult> {
  const arms = experiment.arms(base, NETWORK_SIZES);
  const results = new Map<string, ReturnType<ReturnType<typeof createArmRecorder>["result"]>[]>(
    arms.map(({ id }) => [id, []]),
  );
  let engine = "";
  for (let seed = 1; seed <= numSeeds; seed += 1) {
    const recorders = new Map(arms.map(({ id }) => [id, createArmRecorder(seed)]));
    await raceOnce(experiment.arms({ ...base, seed }, NETWORK_SIZES), (event) => {
      if (event.type === "engine.chosen") engine = event.engine;
      if ("runId" in event) recorders.get(event.runId)?.receive(event);
      onEvent(event, seed, arms);
    });
    for (const [id, recorder] of recorders) results.get(id)?.push(recorder.result());
  }
  const outcomes = arms.map((arm) => outcomeOf(arm, base, results.get(arm.id) ?? []));
  const accuracies = outcomes.map(({ name, seeds }) => ({
    name,
    accuracies: seeds.map(({ testAccuracy }) => testAccuracy),
  }));
  return { name: experiment.id, engine, base, arms: outcomes, verdict: verdictText(accuracies) };
}

/** @param arms their ids are also the ids of their lanes. */
async function raceOnce(arms: readonly Arm[], emit: (event: WorkerEvent) => void): Promise<void> {
  const runId = "race";
  await race({
    runId,
    lanes: arms.map(({ id, settings }) => ({ runId: id, settings })),
    emit,
    openData: (settings) =>
      openRunData({ dataUrl: DATA_URL, transport: { fetch: fetchFromDisk } }, settings, {
        onProgress: (progress) => emit({ type: "data.progressed", runId, ...progress }),
      }),
    readBase: readBaseFromDisk,
    selectEngine: selectInTerminal,
    gate: createGate({ onPaused: () => {}, onResumed: () => {} }, false),
    memoryLimitBytes: MOST_OF_MEMORY * totalmem(),
  });
}

function outcomeOf(
  arm: Arm,
  base: Settings,
  results: readonly ReturnType<ReturnType<typeof createArmRecorder>["result"]>[],
): ArmOutcome {
  const seeds = results.filter((result) => "testAccuracy" in result);
  const failures = results.filter((result) => "failure" in result);
  const { mean, spread } =
    seeds.length === 0
      ? { mean: null, spread: null }
      : spreadOf(seeds.map(({ testAccuracy }) => testAccuracy));
  const { name, settings } = arm;
  const changed = SETTING_KEYS.filter((key) => String(settings[key]) !== String(base[key]));
  return {
    name,
    parameters: parametersOf(settings),
    settings: Object.fromEntries(changed.map((key) => [key, settings[key]])),
    seeds,
    failures,
    mean,
    spread,
  };
}

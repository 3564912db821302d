/**
 * Measures one network with this engine and TensorFlow.js: losses are compared, both warm up, a step's dispatches are counted,
 * and then they are timed in turns, so that other load and clock changes affect both equally.
 */
import { append } from "../../src/core/numbers.ts";
import { type CheckedLosses, checkAgainstReference, checkLosses } from "../checkLosses.ts";
import { median } from "../median.ts";
import { benchNetwork } from "../network.ts";
import { medianLaunches } from "../profile/launchTime.ts";
import { type RunSteps, type StepTimes, stepTimes, type TurnOptions, warmUp } from "../turns.ts";
import type { GpuCase } from "./cases.ts";
import type { DeviceMemory, StepCounts } from "./countDevice.ts";
import type { Build, CompiledTraining, EntrantName, StepProfile, Training } from "./entrant.ts";
import type { GpuProbe } from "./probe.ts";

export interface Measured extends StepTimes {
  /** The counts of one step after the warm-up. */
  readonly counts: StepCounts;
  readonly memory: DeviceMemory;
  /** From a network given as files to the end of the first step, including the compilation of kernels. */
  readonly firstStepMs: number;
}

export interface MeasuredCase {
  readonly name: string;
  readonly check: CheckedLosses;
  /** Medians over the rounds. */
  readonly profile: StepProfile;
  readonly ours: Measured;
  /** Steps whose loss is not read, as in training. Each step's time is the mean of its turn. */
  readonly oursStreamed: StepTimes;
  /** Absent when it was left out. */
  readonly stock?: Measured;
  /** One sentence on why TensorFlow.js was left out. */
  readonly stockLeftOut?: string;
}

export interface Entrants {
  readonly ours: Build<CompiledTraining>;
  readonly stock: Build<Training>;
}

interface CaseTools {
  readonly probe: GpuProbe;
  readonly turns: TurnOptions;
  /** Why TensorFlow.js does not take part; undefined when it does. */
  readonly stockLeftOut: string | undefined;
}

interface Run<T extends Training> extends Pick<Measured, "losses" | "counts" | "firstStepMs"> {
  readonly training: T;
  readonly run: RunSteps;
  readonly times: number[];
  readonly stepsOfTurn: number;
}

/** Steps taken before any time is measured. Their losses are compared and must fall. */
const CHECKED_STEPS = 3;

/** @throws Error when a loss is wrong, and the engine's own errors. */
export async function measureCase(
  gpuCase: GpuCase,
  entrants: Entrants,
  { probe, turns, stockLeftOut }: CaseTools,
): Promise<MeasuredCase> {
  const { rounds, turnMs } = turns;
  const tell = (what: string) => console.error(`bench: gpu ${gpuCase.name}, ${what} ...`);
  tell("against the reference");
  const check = await checkAgainstReference("ours", gpuCase.settings, async (small) => {
    const training = await entrants.ours(benchNetwork(small));
    const losses = await takeLosses(training);
    training.release();
    return losses;
  });
  const network = benchNetwork(gpuCase.settings);
  const start = <T extends Training>(name: EntrantName, build: Build<T>, firstLoss?: number) =>
    startRun(name, () => build(network), { turnMs, firstLoss });

  tell("ours");
  const ours = await start("ours", entrants.ours);
  if (stockLeftOut === undefined) tell("TensorFlow.js");
  const stock =
    stockLeftOut ??
    (await start("stock tfjs webgpu", entrants.stock, ours.losses[0]).catch(whyNotRun));
  const profiles: StepProfile[] = [];
  const streamed: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      tell(`round ${round + 1} of ${rounds}`);
      await probe.take();
      profiles.push(await ours.training.profileStep());
      append(ours.times, await ours.run(ours.stepsOfTurn));
      append(streamed, await streamTurn(ours));
      if (typeof stock === "object") append(stock.times, await stock.run(stock.stepsOfTurn));
    }
    return {
      name: gpuCase.name,
      check,
      profile: medianProfile(profiles),
      ours: measured(ours),
      oursStreamed: stepTimes(streamed, ours.losses),
      ...(typeof stock === "string" ? { stockLeftOut: stock } : { stock: measured(stock) }),
    };
  } finally {
    ours.training.release();
    if (typeof stock === "object") stock.training.release();
  }
}

/** A wrong loss ends the bench. */
class WrongLoss extends Error {}

function whyNotRun(error: unknown): string {
  if (error instanceof WrongLoss) throw error;
  return `TensorFlow.js could not run it: ${error instanceof Error ? error.message : String(error)}`;
}

async function startRun<T extends Training>(
  name: EntrantName,
  build: () => Promise<T>,
  given: {
    readonly turnMs: number;
    readonly firstLoss: number | undefined;
  },
): Promise<Run<T>> {
  const before = performance.now();
  const training = await build();
  try {
    const first = await training.takeStep();
    const firstStepMs = performance.now() - before;
    const losses = [first, ...(await takeLosses(training, CHECKED_STEPS - 2))];
    const counts = await training.counted.during(async () =>
      losses.push(await training.takeStep()),
    );
    try {
      checkLosses(name, losses, given.firstLoss);
    } catch (error) {
      throw new WrongLoss(error instanceof Error ? error.message : String(error));
    }
    const run: RunSteps = (steps) => timeSteps(training, steps);
    const stepsOfTurn = await warmUp(run, given.turnMs);
    return { training, run, losses, counts, firstStepMs, times: [], stepsOfTurn };
  } catch (error) {
    training.release();
    throw error;
  }
}

function measured({ times, losses, counts, firstStepMs, training }: Run<Training>): Measured {
  return { ...stepTimes(times, losses), counts, firstStepMs, memory: training.counted.memory() };
}

async function takeLosses(training: Training, steps = CHECKED_STEPS): Promise<readonly number[]> {
  const losses: number[] = [];
  for (let step = 0; step < steps; step += 1) losses.push(await training.takeStep());
  return losses;
}

async function timeSteps(training: Training, steps: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    const before = performance.now();
    await training.takeStep();
    times.push(performance.now() - before);
  }
  return times;
}

async function streamTurn({
  training,
  stepsOfTurn,
}: Run<CompiledTraining>): Promise<readonly number[]> {
  const before = performance.now();
  await training.streamSteps(stepsOfTurn);
  const mean = (performance.now() - before) / stepsOfTurn;
  return Array.from({ length: stepsOfTurn }, () => mean);
}

function medianProfile(profiles: readonly StepProfile[]): StepProfile {
  const [first = { clock: "submits", launches: [], kernels: [] }] = profiles;
  const ofKernel = (name: string) =>
    profiles.flatMap(({ kernels }) => kernels.filter((kernel) => kernel.name === name));
  return {
    clock: first.clock,
    launches: medianLaunches(profiles.map(({ launches }) => launches)),
    kernels: first.kernels.map((kernel) => ({
      ...kernel,
      milliseconds: median(ofKernel(kernel.name).map(({ milliseconds }) => milliseconds)),
    })),
  };
}

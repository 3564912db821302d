/**
 * One network, everybody who takes part: checked, warmed up, then timed in turns, so that whatever else the machine
 * does and however its clock changes falls on all alike.
 */
import { median } from "../median.ts";
import { type CpuCase, type EntrantName, takesPart } from "./cases.ts";
import { type CheckedLosses, checkEngine, checkLosses } from "./checkEngine.ts";
import type { Entrant } from "./entrant.ts";
import type { Probe } from "./probe/probe.ts";
import { type LaunchTime, medianLaunches } from "./profile/launchTime.ts";

export interface StepTimes {
  readonly bestMs: number;
  readonly medianMs: number;
  readonly steps: number;
  /** Of the first steps, before any time was taken. */
  readonly losses: readonly number[];
}

export interface MeasuredCase {
  readonly name: string;
  readonly check: CheckedLosses;
  /** Of a step of ours; empty where the engine cannot tell. */
  readonly launches: readonly LaunchTime[];
  readonly times: Readonly<Partial<Record<EntrantName, StepTimes>>>;
}

export interface TurnOptions {
  readonly rounds: number;
  /** About as long as one entrant's turn takes. */
  readonly turnMs: number;
}

/** The prototype starts with weights of its own. */
const OWN_WEIGHTS: ReadonlySet<EntrantName> = new Set(["prototype"]);
const MOST_STEPS_A_TURN = 40;
/** After a turn helper threads spin for a while; the next one waits until they sleep. */
const PAUSE_MS = 250;

/** @throws Error for an entrant whose losses are wrong. */
export async function measureCase(
  cpuCase: CpuCase,
  entrants: readonly Entrant[],
  probe: Probe,
  { rounds, turnMs }: TurnOptions,
): Promise<MeasuredCase> {
  const taking = entrants.filter(({ name }) => takesPart(name, cpuCase));
  const [ours] = taking;
  if (ours === undefined) throw new Error(`${cpuCase.name}: nobody takes part.`);
  const check = await checkEngine(ours, cpuCase.settings);
  const profiles: (readonly LaunchTime[])[] = [];
  const runs: { entrant: Entrant; losses: readonly number[]; times: number[]; steps: number }[] =
    [];
  try {
    for (const entrant of taking) {
      const losses = await entrant.prepare(cpuCase.settings);
      const expected = OWN_WEIGHTS.has(entrant.name) ? undefined : runs[0]?.losses[0];
      checkLosses(entrant, losses, expected);
      runs.push({ entrant, losses, times: [], steps: await warmUp(entrant, turnMs) });
    }
    for (let round = 0; round < rounds; round += 1) {
      await probe.take();
      if (ours.profile !== undefined) profiles.push(await ours.profile());
      for (const { entrant, times, steps } of runs) {
        await pause();
        times.push(...(await entrant.run(steps)));
      }
    }
  } finally {
    for (const entrant of taking) await entrant.release();
  }
  const entries = runs.map(({ entrant, losses, times }): [EntrantName, StepTimes] => [
    entrant.name,
    {
      bestMs: Math.min(...times),
      medianMs: median(times),
      steps: times.length,
      losses,
    },
  ]);
  return {
    name: cpuCase.name,
    check,
    launches: medianLaunches(profiles),
    times: Object.fromEntries(entries),
  };
}

/** Two turns that do not count, since code is compiled better while it runs. @returns steps of a turn. */
async function warmUp(entrant: Entrant, turnMs: number): Promise<number> {
  const stepsFor = (milliseconds: number) =>
    Math.max(1, Math.min(MOST_STEPS_A_TURN, Math.round(turnMs / milliseconds)));
  const first = stepsFor(Math.min(...(await entrant.run(1))));
  return stepsFor(Math.min(...(await entrant.run(first))));
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

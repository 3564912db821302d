/**
 * Measures one network with all its entrants: their losses are checked, they warm up, and then they are timed in turns, so that
 * other load and clock changes affect all of them equally.
 */
import { append } from "../../src/core/numbers.ts";
import { type CheckedLosses, checkAgainstReference, checkLosses } from "../checkLosses.ts";
import { type LaunchTime, medianLaunches } from "../profile/launchTime.ts";
import { type StepTimes, stepTimes, type TurnOptions, warmUp } from "../turns.ts";
import { type CpuCase, type EntrantName, takesPart } from "./cases.ts";
import type { Entrant } from "./entrant.ts";
import type { Probe } from "./probe/probe.ts";

export interface MeasuredCase {
  readonly name: string;
  readonly check: CheckedLosses;
  /** The launches of one step of our engine; empty when the engine cannot measure them. */
  readonly launches: readonly LaunchTime[];
  readonly times: Readonly<Partial<Record<EntrantName, StepTimes>>>;
}

/** The prototype uses its own initial weights. */
const OWN_WEIGHTS: ReadonlySet<EntrantName> = new Set(["prototype"]);
/** Helper threads spin for a while after a turn. The next turn waits until they sleep. */
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
  const check = await checkAgainstReference(ours.name, cpuCase.settings, ours.prepare);
  const profiles: (readonly LaunchTime[])[] = [];
  const runs: { entrant: Entrant; losses: readonly number[]; times: number[]; steps: number }[] =
    [];
  try {
    for (const entrant of taking) {
      const losses = await entrant.prepare(cpuCase.settings);
      const expected = OWN_WEIGHTS.has(entrant.name) ? undefined : runs[0]?.losses[0];
      checkLosses(entrant.name, losses, expected);
      runs.push({ entrant, losses, times: [], steps: await warmUp(entrant.run, turnMs) });
    }
    for (let round = 0; round < rounds; round += 1) {
      await probe.take();
      if (ours.profile !== undefined) profiles.push(await ours.profile());
      for (const { entrant, times, steps } of runs) {
        await pause();
        append(times, await entrant.run(steps));
      }
    }
  } finally {
    for (const entrant of taking) await entrant.release();
  }
  const entries = runs.map(({ entrant, losses, times }): [EntrantName, StepTimes] => [
    entrant.name,
    stepTimes(times, losses),
  ]);
  return {
    name: cpuCase.name,
    check,
    launches: medianLaunches(profiles),
    times: Object.fromEntries(entries),
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

/** Writes which lane of a race leads, in a sentence that changes only when the answer does. Pure functions. */
import { leastOf } from "../../core/numbers.ts";
import { toArray } from "../run/series.ts";
import { placeOf, type RaceAxis } from "./curves.ts";
import { fasterEngine } from "./engines.ts";
import { raceEngines } from "./rival.ts";
import type { LaneState, RaceState } from "./state.ts";

/** Accuracies that differ by less count as level, because a thousand validation images do not distinguish them. */
const LEVEL = 0.005;
const AXES: readonly { readonly axis: RaceAxis; readonly words: string }[] = [
  { axis: "steps", words: "steps" },
  { axis: "time", words: "time" },
  { axis: "macs", words: "multiplications" },
];

/**
 * Compares the lanes that take part and were validated, by validation accuracy at equal steps, equal time and equal work. For
 * two engines on one network, whose accuracies differ by rounding only, the one with the shorter step leads.
 */
export function leaderText(race: RaceState): string {
  const { run, lanes } = race;
  if (run.runId === null) return "";
  const racing = lanes.filter((lane) => lane.run.outcome !== "failed");
  const [only] = racing;
  if (racing.length === 1 && only !== undefined && lanes.length > 1)
    return `Only ${only.name} is still in the race.`;
  const over = run.outcome === "finished" ? "At the end: " : "";
  if (raceEngines(race.plans)) {
    const faster = fasterEngine(race);
    return faster === undefined
      ? "Who is faster shows after the first step."
      : `${over}${faster} has the shorter step.`;
  }
  if (lanes.some((lane) => lane.run.prepared?.numValidation === 0))
    return "No images are held out, so nobody can be said to be ahead. Raise Hold-out.";
  if (racing.length === 0 || racing.some((lane) => lane.run.validation.length === 0))
    return "Who is ahead shows after the first validation.";
  const groups = new Map<string, string[]>();
  for (const { axis, words } of AXES) {
    const leader = leaderAt(racing, axis);
    if (leader === undefined) continue;
    groups.set(leader, [...(groups.get(leader) ?? []), words]);
  }
  const sentences = [...groups].map(([leader, axes]) =>
    leader === ""
      ? `level at equal ${listed(axes)}`
      : `${leader} is ahead at equal ${listed(axes)}`,
  );
  return capitalised(`${over}${sentences.join("; ")}.`);
}

/**
 * Returns the lane with the highest accuracy at the position of the slowest lane; "" when they are level, `undefined` when one
 * has not been validated by then.
 */
function leaderAt(lanes: readonly LaneState[], axis: RaceAxis): string | undefined {
  const ends = lanes.map((lane) => placeOf(lane, lastValidation(lane), axis));
  const here = leastOf(ends);
  const reached = lanes.flatMap((lane) => {
    const accuracy = accuracyAt(lane, axis, here);
    return accuracy === undefined ? [] : [{ name: lane.name, accuracy }];
  });
  if (reached.length < lanes.length) return undefined;
  const ranked = reached.sort((a, b) => b.accuracy - a.accuracy);
  const [best, second] = ranked;
  if (best === undefined || second === undefined) return "";
  return best.accuracy - second.accuracy < LEVEL ? "" : best.name;
}

function lastValidation({ run }: LaneState): number {
  return toArray(run.validation).at(-1)?.step ?? 0;
}

/** Returns the accuracy of the newest validation up to `place`. */
function accuracyAt(lane: LaneState, axis: RaceAxis, place: number): number | undefined {
  const points = toArray(lane.run.validation);
  return points.findLast((point) => placeOf(lane, point.step, axis) <= place * (1 + 1e-9))
    ?.accuracy;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

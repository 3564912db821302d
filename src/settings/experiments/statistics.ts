/** Statistics over several seeds. Pure functions. */
import { leastOf } from "../../core/numbers.ts";

export interface Spread {
  readonly mean: number;
  /** The sample standard deviation; 0 for a single value. */
  readonly spread: number;
}

/** @param values at least one. */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, spread: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: Math.sqrt(squares / (values.length - 1)) };
}

/** An arm's accuracies, one for each seed. */
export interface ArmResult {
  readonly name: string;
  readonly accuracies: readonly number[];
}

/**
 * Writes a sentence on who leads, and whether the lead exceeds the variation between seeds (the sum of the two standard
 * deviations).
 */
export function verdictText(arms: readonly ArmResult[]): string {
  const ranked = arms
    .filter(({ accuracies }) => accuracies.length > 0)
    .map(({ name, accuracies }) => ({ name, seeds: accuracies.length, ...spreadOf(accuracies) }))
    .sort((a, b) => b.mean - a.mean);
  const [best, ...others] = ranked;
  if (best === undefined || others.length === 0) return "Nothing to compare yet.";
  const gaps = others.map((other) => {
    const difference = best.mean - other.mean;
    return { ...other, difference, isClear: difference > best.spread + other.spread };
  });
  const seeds = leastOf(ranked.map((arm) => arm.seeds));
  const words = gaps.map(({ name, difference }) => `${points(difference)} over ${quoted(name)}`);
  if (seeds < 2)
    return `One seed: ${quoted(best.name)} is ahead by ${words.join(" and ")}. One seed shows no spread, so this may be chance.`;
  if (gaps.every(({ isClear }) => !isClear))
    return `No difference beyond the spread of ${seeds} seeds here: ${quoted(best.name)} is ahead by ${words.join(" and ")}, less than the seeds differ.`;
  const unclear = gaps.filter(({ isClear }) => !isClear).map(({ name }) => quoted(name));
  const rest =
    unclear.length > 0 ? ` Against ${unclear.join(" and ")} that is within the spread.` : "";
  return `Here ${quoted(best.name)} is ahead by ${words.join(" and ")}, with ${seeds} seeds.${rest}`;
}

/** Accuracies are shares, so their differences are percentage points. */
function points(difference: number): string {
  return `${(100 * difference).toFixed(1)} points`;
}

function quoted(name: string): string {
  return `“${name}”`;
}

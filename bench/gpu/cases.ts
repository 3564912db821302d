/** The networks that `bench gpu` measures, the cheaper ones first, so that the time of the others can be predicted. */
import { analyze } from "../../src/network/analyze.ts";
import { buildXception } from "../../src/network/networks/xception.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { settingsOfCase } from "../network.ts";

export interface GpuCase {
  /** `size/width/repeats/batch` */
  readonly name: string;
  readonly settings: Settings;
  /** Multiply-accumulates of a step: forward, and twice that backward. */
  readonly macs: number;
}

const NAMES = ["48/0.25/3/8", "28/0.25/0/64", "94/0.25/3/8", "94/1/3/64"] as const;

const CASES: readonly GpuCase[] = NAMES.map((name) => {
  const settings = settingsOfCase(name);
  const { macs } = analyze(buildXception(settings));
  return { name, settings, macs: 3 * settings.batchSize * macs };
});

/**
 * @throws Error for an unknown name.
 * @returns all cases when no name is given.
 */
export function chooseCases(names: readonly string[]): readonly GpuCase[] {
  const unknown = names.find((name) => !CASES.some((known) => known.name === name));
  if (unknown !== undefined) {
    const known = CASES.map(({ name }) => name).join(", ");
    throw new Error(`gpu: no such case: ${unknown}; expected some of ${known}.`);
  }
  return names.length === 0 ? CASES : CASES.filter(({ name }) => names.includes(name));
}

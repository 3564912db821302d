/** The networks that `bench cpu` measures, and which entrants take part in each. */
import type { Settings } from "../../src/settings/settings.ts";
import { settingsOfCase } from "../network.ts";

export type EntrantName = "ours" | "prototype" | "PyTorch" | "stock tfjs cpu" | "jax-js wasm";

export interface CpuCase {
  /** `size/width/repeats/batch` */
  readonly name: string;
  readonly settings: Settings;
}

const NAMES = [
  "48/0.25/1/8",
  "28/0.25/0/64",
  "48/0.25/3/8",
  "48/0.25/3/64",
  "94/0.25/3/64",
  "94/1/3/64",
] as const;

/** Entrants so slow that they take part in one case only. */
const ONLY_IN: Partial<Record<EntrantName, string>> = {
  "stock tfjs cpu": "48/0.25/1/8",
  "jax-js wasm": "48/0.25/3/8",
};

export const CASES: readonly CpuCase[] = NAMES.map((name) => ({
  name,
  settings: settingsOfCase(name),
}));

export function takesPart(entrant: EntrantName, { name }: CpuCase): boolean {
  const only = ONLY_IN[entrant];
  return only === undefined || only === name;
}

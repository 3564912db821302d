/** Puts what the settings know of the optimisers into a built page or worker as data, without their formulas. */
import type { Plugin } from "vite";
import { OPTIMIZER_WORDS } from "../src/formulas/optimizers/words.ts";

export function optimizerWords(): Plugin {
  return {
    name: "optimizer-words",
    apply: "build",
    load(id) {
      if (!/[\\/]formulas[\\/]optimizers[\\/]words[.]ts$/.test(id)) return undefined;
      return `export const OPTIMIZER_WORDS = ${JSON.stringify(OPTIMIZER_WORDS)};`;
    },
  };
}

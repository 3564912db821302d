/** The long trials by name. Adding one means a folder and a line here; `npm test` then makes a twentieth of it. */
import { monkey } from "./monkey/monkey.ts";
import type { Trial } from "./trial.ts";

export const TRIALS: ReadonlyMap<string, Trial> = new Map([["monkey", monkey]]);

/** The share of each that `npm test` makes, with a seed that is always the same. */
export const SHARE_IN_TESTS = 1 / 20;

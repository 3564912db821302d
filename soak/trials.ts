/** The long trials by name. Adding one takes a folder and a line here; `npm test` then runs a twentieth of it. */
import { kills } from "./kills/kills.ts";
import { terminalKills } from "./kills/terminalKills.ts";
import { links } from "./links/links.ts";
import { monkey } from "./monkey/monkey.ts";
import { readers } from "./readers/readers.ts";
import { runFiles } from "./runFiles/runFiles.ts";
import type { Trial } from "./trial.ts";

export const TRIALS: ReadonlyMap<string, Trial> = new Map([
  ["kills", kills],
  ["terminal-kills", terminalKills],
  ["links", links],
  ["monkey", monkey],
  ["readers", readers],
  ["run-files", runFiles],
]);

/** The share of each trial that `npm test` runs, with a fixed seed. */
export const SHARE_IN_TESTS = 1 / 20;

/** The entry of the program in the terminal; `bin.mjs` starts it. */
import { runCommandLine } from "./commandLine.ts";
import { createProgram } from "./program.ts";

await runCommandLine(createProgram());

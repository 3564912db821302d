/** The plan that an engine runs: compiled, with the marks of all passes, and in mixed precision with 16-bit feature maps. */
import type { ProgramName } from "../../plan/buffers.ts";
import { compileProgram } from "../../plan/compilePlan.ts";
import { storeHalfPrecision } from "../../plan/halfPrecision.ts";
import { applyPasses, PASS_NAMES } from "../../plan/passes/registry.ts";
import type { Plan } from "../../plan/trainingPlan.ts";
import type { ExecutorOptions } from "../executor.ts";

/** @throws PlaygroundError `network.*` */
export function executedPlan(options: ExecutorOptions, name: ProgramName): Plan {
  const marked = applyPasses(compileProgram(options, name), PASS_NAMES);
  // Last: a buffer that the marks leave unstored is never rounded.
  return options.mixedPrecision ? storeHalfPrecision(marked) : marked;
}

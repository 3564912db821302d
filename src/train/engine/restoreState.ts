/** Restores the state of a checkpoint, which the same engine or another one may have written. */
import { PlaygroundError } from "../../core/errors.ts";
import type { ExecutorInfo, ExecutorState, StateHolder } from "../../exec/executor.ts";

export interface WrittenBy {
  readonly engine: string;
  readonly backend: string;
}

export function isSameEngine(info: Pick<ExecutorInfo, "engine" | "backend">, by: WrittenBy) {
  return info.engine === by.engine && info.backend === by.backend;
}

/**
 * The compiled engines and the reference name the vectors of their optimisers alike, so each continues from the state of the
 * others up to rounding. TensorFlow.js names them in another way. From it or to it, weights and moving statistics are restored
 * and the optimiser's vectors start as in the first step.
 *
 * @returns the state as this engine would read it: the same object when the same engine wrote it.
 * @throws PlaygroundError `network.shape-mismatch` for the state of another network
 */
export async function restoreState(
  executor: StateHolder & { readonly info: ExecutorInfo },
  state: ExecutorState,
  by: WrittenBy,
): Promise<ExecutorState> {
  if (isSameEngine(executor.info, by)) {
    executor.writeState(state);
    return state;
  }
  return continuedState(executor, state);
}

/**
 * Continues with what fits this executor of the state of another engine, or of another set of frozen layers. The optimiser's vectors of weights that were trained before go on, and those of newly
 * trained ones start as in the first step. TensorFlow.js joins the vectors of several weights, so there all of them start from zero.
 *
 * @returns the state of the executor afterwards.
 * @throws PlaygroundError `network.shape-mismatch` for the state of another network
 */
export async function continuedState(
  executor: StateHolder & { readonly info: ExecutorInfo },
  state: ExecutorState,
): Promise<ExecutorState> {
  const own = await executor.readState();
  const vectors = new Map(
    [...own.vectors].map(([label, values]) => {
      const written = state.vectors.get(label);
      const fits = written?.length === values.length;
      if (written === undefined || !fits) return [label, values] as const;
      const type = values instanceof Float64Array ? Float64Array : Float32Array;
      return [label, type.from(written)] as const;
    }),
  );
  if (![...vectors.keys()].some((label) => state.vectors.has(label))) throw foreign(state, own);
  const fitted = { step: state.step, vectors };
  executor.writeState(fitted);
  return fitted;
}

function foreign(state: ExecutorState, own: ExecutorState): PlaygroundError {
  return new PlaygroundError({
    code: "network.shape-mismatch",
    where: "Checkpoint",
    rule: "it holds no weights of this network",
    expected: `weights such as ${[...own.vectors.keys()][0] ?? "none"}`,
    got: [...state.vectors.keys()][0] ?? "none",
    remedy: "Train from the start.",
  });
}

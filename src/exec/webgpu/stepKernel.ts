/** Kernels whose operands are those of a step, under the step's own names for them. */
import type { Shape } from "../../core/shape.ts";
import { operandsOf, type Step } from "../../plan/step.ts";
import type { Dispatch, Kernel, Read, Write } from "./dispatch.ts";
import type { Lowering } from "./lowering.ts";
import { dispatchOf } from "./shader.ts";

/** The parts of a kernel beyond the operands of its step. `reads` and `writes` add operands or replace some. */
export type StepKernel = Omit<Kernel, "name" | "writes"> & Partial<Pick<Kernel, "name" | "writes">>;

export function stepDispatch(step: Step, lowering: Lowering, kernel: StepKernel): Dispatch {
  return dispatchOf({
    name: step.op,
    ...kernel,
    reads: { ...stepReads(step, lowering), ...kernel.reads },
    writes: { ...stepWrites(step, lowering), ...kernel.writes },
  });
}

/** Returns the step's inputs, without lists of buffers. */
export function stepReads(step: Step, lowering: Lowering): Readonly<Record<string, Read>> {
  return Object.fromEntries(
    singles(step).flatMap(({ group, name, id }) =>
      group === "inputs" ? [[name, lowering.read(id)]] : [],
    ),
  );
}

/** Returns what the step writes, without lists of buffers and without the outputs named in `others`. */
export function stepWrites(
  step: Step,
  lowering: Lowering,
  others: readonly string[] = [],
): Readonly<Record<string, Write>> {
  return Object.fromEntries(
    singles(step).flatMap(({ group, name, id }) =>
      group === "inputs" || others.includes(name) ? [] : [[name, lowering.write(id)]],
    ),
  );
}

/**
 * Returns the shape of a step's map, `x` or `dx`, and of its result, `y` or `dy`. A gradient has the shape of what it belongs
 * to.
 */
export function stepShapes(
  step: Step,
  lowering: Lowering,
): { readonly x: Shape; readonly y: Shape } {
  const shapeOf = (wanted: string) =>
    singles(step).find(({ name }) => name === wanted || name === `d${wanted}`);
  const [x, y] = [shapeOf("x"), shapeOf("y")];
  if (x === undefined || y === undefined) throw new RangeError(`${step.op} has no map and result`);
  return { x: lowering.shape(x.id), y: lowering.shape(y.id) };
}

function singles(step: Step) {
  return operandsOf(step).flatMap(({ group, name, ids: [id], isList }) =>
    isList || id === undefined ? [] : [{ group, name, id }],
  );
}

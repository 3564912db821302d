/**
 * The layers of Keras that join branches and are not layers of the graph: differences, means, and the larger or smaller of two.
 * They become sums, rectifiers and depthwise convolutions of 1x1 that multiply by one number.
 */
import type { GraphAssembler, Tensor } from "../graphAssembler.ts";
import type { KerasNode } from "./topology.ts";

/** Adds layers named after the layer. */
interface Join {
  /** @param step names the layer if several are added. */
  sum(step: string, inputs: readonly Tensor[]): Tensor;
  times(step: string, from: Tensor, factor: number): Tensor;
  rectified(step: string, from: Tensor): Tensor;
}

const JOINS: Readonly<Record<string, (inputs: readonly Tensor[], join: Join) => Tensor>> = {
  Subtract: ([left, ...right], join) => difference(join, "", left, right[0]),
  Average: (inputs, join) => join.times("", join.sum("/sum", inputs), 1 / inputs.length),
  /** `max(a, b) = a + relu(b - a)` */
  Maximum: (inputs, join) =>
    folded(inputs, (left, right, step) => {
      const excess = join.rectified(
        `${step}/excess`,
        difference(join, `${step}/difference`, right, left),
      );
      return join.sum(step, [left, excess]);
    }),
  /** `min(a, b) = a - relu(a - b)` */
  Minimum: (inputs, join) =>
    folded(inputs, (left, right, step) => {
      const excess = join.rectified(
        `${step}/excess`,
        difference(join, `${step}/difference`, left, right),
      );
      return difference(join, step, left, excess);
    }),
};

/** Keras 1 had one class for all ways to join branches. */
export function joinClass({ className, config }: KerasNode): string {
  return className === "Merge" ? (MERGES[config.text("mode", "sum")] ?? className) : className;
}

const MERGES: Readonly<Record<string, string>> = {
  sum: "Add",
  mul: "Multiply",
  ave: "Average",
  max: "Maximum",
};

export function isJoin(className: string): boolean {
  return Object.hasOwn(JOINS, className);
}

/**
 * @param multiply adds a layer that multiplies by a number.
 * @returns undefined for a class that is not here.
 */
export function joined(
  className: string,
  name: string,
  inputs: readonly Tensor[],
  graph: GraphAssembler,
  multiply: (name: string, from: Tensor, factor: number) => Tensor,
): Tensor | undefined {
  return JOINS[className]?.(inputs, {
    sum: (step, terms) => graph.derived({ type: "Add" }, `${name}${step}`, terms),
    times: (step, from, factor) => multiply(`${name}${step}`, from, factor),
    rectified: (step, from) =>
      graph.derived({ type: "Activation", activation: "relu" }, `${name}${step}`, [from]),
  });
}

function difference(
  join: Join,
  step: string,
  left: Tensor | undefined,
  right: Tensor | undefined,
): Tensor {
  if (left === undefined || right === undefined) return join.sum(step, []);
  return join.sum(step, [left, join.times(`${step}/negative`, right, -1)]);
}

/** Joins two at a time. The last result has the layer's own name. */
function folded(
  [first, ...others]: readonly Tensor[],
  join: (left: Tensor, right: Tensor, step: string) => Tensor,
): Tensor {
  if (first === undefined) throw new RangeError("a layer that joins has inputs");
  return others.reduce(
    (left, right, at) => join(left, right, at === others.length - 1 ? "" : `/${at}`),
    first,
  );
}

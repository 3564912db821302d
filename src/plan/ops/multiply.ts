/**
 * Multiplies tensors. An operand with an axis of one element is enlarged first, so that every product is of two tensors of one
 * shape, and the gradient of a small operand is that of the enlargement: a sum.
 */
import { greatestOf } from "../../core/numbers.ts";
import { type Shape, sameShape, sizeOf } from "../../core/shape.ts";
import type { LayerOf } from "../../network/graph.ts";
import type { Tape, Value } from "../tape.ts";
import { emitUpSampling } from "./upSample2d.ts";

export function emitMultiplyLayer(
  tape: Tape,
  _layer: LayerOf<"Multiply">,
  first: Value,
  ...others: readonly Value[]
): Value {
  const values = [first, ...others];
  const shape = first.shape.map((_, axis) =>
    greatestOf(values.map((value) => value.shape[axis] ?? 1)),
  );
  const [start = first, ...factors] = values.map((value) => spread(tape, value, shape));
  return factors.reduce((x, factor) => product(tape, x, factor), start);
}

function product(tape: Tape, x: Value, factor: Value): Value {
  const y = tape.activation(x.shape, { inputs: [x, factor] });
  const inputs = { x: x.buffer, factor: factor.buffer };
  tape.step({ op: "multiply", inputs, outputs: { y: y.buffer }, attributes: {} });
  tape.onBackward(y, (dy) => {
    for (const [value, other] of [
      [x, factor],
      [factor, x],
    ] as const) {
      if (!value.needsGradient) continue;
      const outputs = { y: tape.gradientOf(value) };
      tape.step({
        op: "multiply",
        inputs: { x: dy, factor: other.buffer },
        outputs,
        attributes: {},
      });
    }
  });
  return y;
}

/** Repeats a tensor along its axes of one element, one axis after another. */
function spread(tape: Tape, value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  const axis = value.shape.findIndex((side, place) => side !== shape[place]);
  const times = shape[axis] ?? 1;
  const before = sizeOf(value.shape.slice(0, axis));
  const after = sizeOf(value.shape.slice(axis + 1));
  const line = tape.reshape(value, [before, 1, 1, after]);
  const size = [times, 1] as const;
  const enlarged = emitUpSampling(tape, line, { size, interpolation: "nearest" }, `axis${axis}`);
  const next = value.shape.map((side, place) => (place === axis ? times : side));
  return spread(tape, tape.reshape(enlarged, next), shape);
}

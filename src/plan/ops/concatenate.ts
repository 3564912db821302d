/**
 * Puts tensors one after another along an axis: each is padded with zeros to the whole length, and the padded ones are added.
 * Padding exists for rows and columns of maps, so the tensor is viewed as a map whose columns are parts of that axis.
 */
import { type Shape, sizeOf } from "../../core/shape.ts";
import type { LayerOf } from "../../network/graph.ts";
import type { Tape, Value } from "../tape.ts";

export function emitConcatenateLayer(
  tape: Tape,
  { axis }: LayerOf<"Concatenate">,
  first: Value,
  ...others: readonly Value[]
): Value {
  const values = [first, ...others];
  const lengths = values.map(({ shape }) => sizeOf(shape.slice(axis)));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  // Parts as long as possible, because a kernel handles the numbers of one part together.
  const part = lengths.reduce(greatestDivisor);
  const rows = sizeOf(first.shape.slice(1, axis));
  const viewed = (length: number): Shape => [first.shape[0] ?? 1, rows, length / part, part];
  let before = 0;
  const padded = values.map((value, index) => {
    const length = lengths[index] ?? 0;
    const x = tape.reshape(value, viewed(length));
    const y = tape.activation(viewed(total), { inputs: [x] }, `part${index}`);
    const attributes = { padding: [0, before / part] } as const;
    before += length;
    tape.step({ op: "zeroPad2d", inputs: { x: x.buffer }, outputs: { y: y.buffer }, attributes });
    tape.onBackward(y, (dy) =>
      tape.step({
        op: "zeroPad2dGradient",
        inputs: { dy },
        outputs: { dx: tape.gradientOf(x) },
        attributes,
      }),
    );
    return y;
  });
  const sum = tape.activation(viewed(total), { inputs: padded });
  const terms = padded.map(({ buffer }) => buffer);
  tape.step({ op: "add", inputs: { terms }, outputs: { y: sum.buffer }, attributes: {} });
  tape.onBackward(sum, (dy) => {
    for (const term of padded) tape.passGradient(term, dy);
  });
  const side = values.reduce((length, { shape }) => length + (shape[axis] ?? 0), 0);
  return tape.reshape(
    sum,
    first.shape.map((old, place) => (place === axis ? side : old)),
  );
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

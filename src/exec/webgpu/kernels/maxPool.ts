/**
 * Max pooling. The first of equal values is the maximum, a NaN stays NaN, and the tap of the maximum is stored for the backward
 * step.
 */
import { mapSides, sizeOf } from "../../../core/shape.ts";
import { stored } from "../dispatch.ts";
import { call } from "../functions.ts";
import { type Lower, type LowerJoined, widthOf } from "../lowering.ts";
import { mapDispatch } from "../rows.ts";
import { dispatchOf } from "../shader.ts";
import { forEachPixel, forEachPlace, windowNumbers } from "../window.ts";

export const maxPool: Lower<"maxPool"> = ({ inputs, outputs, attributes }, lowering) => {
  const [x, y] = [lowering.shape(inputs.x), lowering.shape(outputs.y)];
  const width = widthOf(mapSides(y)[3]);
  const argmax = lowering.optional(outputs.argmax);
  const flags = width === 1 ? "bool" : `vec${width}<bool>`;
  return [
    dispatchOf({
      name: "maxPool",
      width,
      reads: { x: { operand: lowering.operand(inputs.x) } },
      writes: {
        y: { tensor: lowering.tensor(outputs.y) },
        argmax: argmax && { tensor: argmax, type: "i32" },
      },
      numbers: { ...windowNumbers(attributes, x, y), channels: mapSides(x)[3] / width },
      body: `let c = i % p.channels;
        let place = i / p.channels;
        let own = x_channel(c);
        var largest = V(0);
        var best = ${width === 1 ? "i32" : `vec${width}<i32>`}(-1);
        ${forEachPixel(`let value = x_with(pixel * p.channels + c, own);
          let isFirst = best < best - best;
          let isLarger = (isFirst | (value > largest) | ${call("is_nan", "value", width)}) & (isFirst | !${call("is_nan", "largest", width)});
          largest = select(largest, value, isLarger);
          best = select(best, best - best + i32(tap), ${flags}(isLarger));`)}
        y_set(i, largest);
        ${argmax === undefined ? "" : "argmax_set(i, best);"}`,
      threads: sizeOf(y) / width,
    }),
  ];
};

/** Each position of the map adds the gradients of the windows whose maximum it was. */
export const maxPoolGradient: LowerJoined<"maxPoolGradient"> = (
  { inputs, outputs, attributes },
  lowering,
  joined,
) => {
  const [x, y] = [lowering.shape(outputs.dx), lowering.shape(inputs.dy)];
  const width = widthOf(mapSides(x)[3]);
  const whole = width === 1 ? "i32" : `vec${width}<i32>`;
  return [
    mapDispatch(
      {
        name: "maxPoolGradient",
        shape: x,
        reads: {
          dy: stored(lowering.tensor(inputs.dy)),
          argmax: stored(lowering.tensor(inputs.argmax), { type: "i32" }),
        },
        numbers: windowNumbers(attributes, x, y),
        before: `let pixel = row;
          var dx = V(0);
          ${forEachPlace(`let source = place * p.channels + channel;
            dx += select(V(0), dy_at(source, 0u), argmax_at(source, 0u) == ${whole}(i32(tap)));`)}`,
        value: "dx",
        target: lowering.tensor(outputs.dx),
      },
      joined,
    ),
  ];
};

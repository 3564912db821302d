/**
 * Max pooling. The first of equal values is the maximum, a NaN stays NaN, and the tap of the maximum is stored for the backward
 * step.
 */
import { mapSides } from "../../../core/shape.ts";
import { call } from "../functions.ts";
import { typeName } from "../halfPrecision.ts";
import { type Lower, type LowerJoined, widthOf } from "../lowering.ts";
import { mapStep } from "../rows.ts";
import { forEachPixel, forEachPlace, stepWindow } from "../window.ts";

export const maxPool: Lower<"maxPool"> = (step, lowering) => {
  const { x, numbers } = stepWindow(step, lowering);
  const width = widthOf(mapSides(x)[3]);
  return mapStep(step, lowering, {
    numbers,
    before: `let own = x_channel(channel);
      var largest = V(0);
      var best = ${typeName("i32", width)}(-1);
      ${forEachPixel(`let value = x_with(pixel * p.channels + channel, own);
        let isFirst = best < best - best;
        let isLarger = (isFirst | (value > largest) | ${call("is_nan", "value", width)}) & (isFirst | !${call("is_nan", "largest", width)});
        largest = select(largest, value, isLarger);
        best = select(best, best - best + i32(tap), ${typeName("bool", width)}(isLarger));`)}
      ${step.outputs.argmax === undefined ? "" : "argmax_set(at, best);"}`,
    value: "largest",
  });
};

/** Each position of the map adds the gradients of the windows whose maximum it was. */
export const maxPoolGradient: LowerJoined<"maxPoolGradient"> = (step, lowering, joined) => {
  const { x, numbers } = stepWindow(step, lowering);
  const kernel = {
    numbers,
    before: `let pixel = place;
      var dx = V(0);
      ${forEachPlace(`let source = place * p.channels + channel;
        dx += select(V(0), dy_at(source, 0u), argmax_at(source, 0u) == ${typeName("i32", widthOf(mapSides(x)[3]))}(i32(tap)));`)}`,
    value: "dx",
  };
  return mapStep(step, lowering, kernel, joined);
};

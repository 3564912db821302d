/** Averages each channel over height and width. Each thread handles some channels of one image. */
import { mapSides } from "../../../core/shape.ts";
import type { Lower, Lowering } from "../lowering.ts";
import { mapStep } from "../rows.ts";

export const globalAveragePool: Lower<"globalAveragePool"> = (step, lowering) =>
  mapStep(step, lowering, {
    numbers: pixelsOf(step.inputs.x, lowering),
    before: `let first = place * p.pixels;
      var sum = V(0);
      let own = x_channel(channel);
      for (var pixel = 0u; pixel < p.pixels; pixel++) {
        sum += x_with((first + pixel) * p.channels + channel, own);
      }`,
    value: "sum / f32(p.pixels)",
  });

export const globalAveragePoolGradient: Lower<"globalAveragePoolGradient"> = (step, lowering) =>
  mapStep(step, lowering, {
    numbers: pixelsOf(step.outputs.dx, lowering),
    value: "dy_at((place / p.pixels) * p.channels + channel, 0u) / f32(p.pixels)",
  });

function pixelsOf(map: number, lowering: Lowering) {
  const [, height, width] = mapSides(lowering.shape(map));
  return { pixels: height * width };
}

/**
 * Average pooling. The attributes say whether a window is divided by its whole size or by the number of positions inside the
 * map.
 */
import type { Lower } from "../lowering.ts";
import { mapStep } from "../rows.ts";
import { forEachPixel, forEachPlace, stepWindow } from "../window.ts";

export const averagePool: Lower<"averagePool"> = (step, lowering) =>
  mapStep(step, lowering, {
    numbers: stepWindow(step, lowering).numbers,
    before: `var sum = V(0);
      var inside = 0u;
      ${forEachPixel("sum += x_at(pixel * p.channels + channel, channel);\n inside++;")}`,
    value: `sum / f32(${step.attributes.countPadding ? "p.kernelHeight * p.kernelWidth" : "inside"})`,
  });

export const averagePoolGradient: Lower<"averagePoolGradient"> = (step, lowering) => {
  const count = step.attributes.countPadding
    ? "p.kernelHeight * p.kernelWidth"
    : `taps_inside(row, p.strideHeight, p.dilationHeight, p.top, p.kernelHeight, p.height)
        * taps_inside(column, p.strideWidth, p.dilationWidth, p.left, p.kernelWidth, p.width)`;
  return mapStep(step, lowering, {
    numbers: stepWindow(step, lowering).numbers,
    functions: TAPS_INSIDE,
    before: `let pixel = place;
      var sum = V(0);
      ${forEachPlace(`sum += dy_at(place * p.channels + channel, 0u) / f32(${count});`)}`,
    value: "sum",
  });
};

/** Counts, along one axis, the taps of the window at `place` that are inside the map. */
const TAPS_INSIDE = `fn taps_inside(place: u32, stride: u32, dilation: u32, before: u32, kernel: u32, side: u32) -> u32 {
  var inside = 0u;
  for (var tap = 0u; tap < kernel; tap++) {
    if (place * stride + tap * dilation - before < side) { inside++; }
  }
  return inside;
}`;

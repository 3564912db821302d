/**
 * Average pooling. The attributes say whether a window is divided by its whole size or by the number of positions inside the
 * map.
 */
import { mapSides, sizeOf } from "../../../core/shape.ts";
import { stored } from "../dispatch.ts";
import { type Lower, widthOf } from "../lowering.ts";
import { dispatchOf } from "../shader.ts";
import { forEachPixel, forEachPlace, windowNumbers } from "../window.ts";

export const averagePool: Lower<"averagePool"> = ({ inputs, outputs, attributes }, lowering) => {
  const [x, y] = [lowering.shape(inputs.x), lowering.shape(outputs.y)];
  const width = widthOf(mapSides(y)[3]);
  return [
    dispatchOf({
      name: "averagePool",
      width,
      reads: { x: stored(lowering.tensor(inputs.x)) },
      writes: { y: { tensor: lowering.tensor(outputs.y) } },
      numbers: { ...windowNumbers(attributes, x, y), channels: mapSides(x)[3] / width },
      body: `let c = i % p.channels;
        let place = i / p.channels;
        var sum = V(0);
        var inside = 0u;
        ${forEachPixel("sum += x_at(pixel * p.channels + c, 0u);\n inside++;")}
        y_set(i, sum / f32(${attributes.countPadding ? "p.kernelHeight * p.kernelWidth" : "inside"}));`,
      threads: sizeOf(y) / width,
    }),
  ];
};

export const averagePoolGradient: Lower<"averagePoolGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) => {
  const [x, y] = [lowering.shape(outputs.dx), lowering.shape(inputs.dy)];
  const width = widthOf(mapSides(x)[3]);
  const count = attributes.countPadding
    ? "p.kernelHeight * p.kernelWidth"
    : `taps_inside(row, p.strideHeight, p.dilationHeight, p.top, p.kernelHeight, p.height)
        * taps_inside(column, p.strideWidth, p.dilationWidth, p.left, p.kernelWidth, p.width)`;
  return [
    dispatchOf({
      name: "averagePoolGradient",
      width,
      reads: { dy: stored(lowering.tensor(inputs.dy)) },
      writes: { dx: { tensor: lowering.tensor(outputs.dx) } },
      numbers: { ...windowNumbers(attributes, x, y), channels: mapSides(x)[3] / width },
      functions: TAPS_INSIDE,
      body: `let c = i % p.channels;
        let pixel = i / p.channels;
        var sum = V(0);
        ${forEachPlace(`sum += dy_at(place * p.channels + c, 0u) / f32(${count});`)}
        dx_set(i, sum);`,
      threads: sizeOf(x) / width,
    }),
  ];
};

/** Counts, along one axis, the taps of the window at `place` that are inside the map. */
const TAPS_INSIDE = `fn taps_inside(place: u32, stride: u32, dilation: u32, before: u32, kernel: u32, side: u32) -> u32 {
  var inside = 0u;
  for (var tap = 0u; tap < kernel; tap++) {
    if (place * stride + tap * dilation - before < side) { inside++; }
  }
  return inside;
}`;

/** Depthwise convolution. Each thread computes one output position for as many channels as it can load at once. */
import { mapSides, type Shape, sizeOf } from "../../../core/shape.ts";
import type { WindowAttributes } from "../../../plan/operations.ts";
import { stored, type Width } from "../dispatch.ts";
import { type Lower, type LowerJoined, masked, padded, widthOf } from "../lowering.ts";
import { rowChunks } from "../rows.ts";
import { dispatchOf } from "../shader.ts";
import { canSlide, eachTap, slidingWindow, underOf } from "../slidingWindow.ts";
import { forEachPixel, forEachPlace, windowNumbers } from "../window.ts";
import {
  sampledDepthwise,
  sampledFilterGradient,
  sampledInputGradient,
} from "./depthwiseSamples.ts";

export const depthwiseConv2d: Lower<"depthwiseConv2d"> = (
  { inputs, outputs, attributes },
  lowering,
) => {
  const [x, y] = [lowering.shape(inputs.x), lowering.shape(outputs.y)];
  const width = widthFor(x, y);
  const bias = lowering.optional(inputs.bias);
  const read = { x: lowering.operand(inputs.x), filter: lowering.tensor(inputs.filter), bias };
  const target = lowering.tensor(outputs.y);
  const kernel = {
    name: "depthwiseConv2d",
    width,
    reads: { x: { operand: read.x }, filter: stored(read.filter), bias: bias && stored(bias) },
    writes: { y: { tensor: target } },
    numbers: numbersOf(attributes, x, y, width),
  };
  const dispatch = canSlideOver(x, y, attributes)
    ? dispatchOf({
        ...kernel,
        functions: underOf("x", "p.width"),
        body: slidingBody(attributes.kernel, bias === undefined ? "V(0)" : "bias_at(channel, 0u)"),
        threads: sizeOf(y) / mapSides(y)[2] / width,
      })
    : dispatchOf({
        ...kernel,
        body: `let o = i % p.outputs;
          let c = o / p.multiplier;
          let place = i / p.outputs;
          var sum = ${bias === undefined ? "V(0)" : "bias_at(o, 0u)"};
          ${forEachPixel(
            "sum = fma(x_at(pixel * p.channels + c, c), filter_at(tap * p.outputs + o, 0u), sum);",
          )}
          y_set(i, sum);`,
        threads: sizeOf(y) / width,
      });
  return [{ ...dispatch, sampled: [sampledDepthwise({ attributes, x, y }, read, target)] }];
};

/** Tells whether the window moves by one position at a time and each channel has one filter. */
export function canSlideOver(x: Shape, y: Shape, attributes: WindowAttributes): boolean {
  return mapSides(x)[3] === mapSides(y)[3] && canSlide(attributes);
}

/** Each thread computes one row of the result. */
function slidingBody(kernel: readonly [number, number], start: string): string {
  const [tall] = kernel;
  const window = slidingWindow(
    kernel,
    (row, columns) => `x_under(start${row}, isLine${row}, ${columns} - p.left, channel, own)`,
  );
  return `let channel = i % p.channels;
    let line = i / p.channels;
    let own = x_channel(channel);
    ${eachTap(kernel, (tap) => `let filter${tap} = filter_at(${tap}u * p.channels + channel, 0u);`)}
    ${eachTap(
      [tall, 1],
      (row) => `let row${row} = line % p.rows + ${row}u - p.top;
        let isLine${row} = row${row} < p.height;
        let start${row} = ((line / p.rows) * p.height + row${row}) * p.width;`,
    )}
    ${window.fill}
    for (var column = 0u; column < p.columns; column++) {
      ${window.advance}
      var sum = ${start};
      ${eachTap(kernel, (tap, row, column) => `sum = fma(${window.at(row, column)}, filter${tap}, sum);`)}
      y_set((line * p.columns + column) * p.channels + channel, sum);
    }`;
}

export const depthwiseConv2dInputGradient: LowerJoined<"depthwiseConv2dInputGradient"> = (
  { inputs, outputs, attributes },
  lowering,
  { mask },
) => {
  const [x, y] = [lowering.shape(outputs.dx), lowering.shape(inputs.dy)];
  const width = widthFor(x, y);
  const read = {
    dy: lowering.tensor(inputs.dy),
    filter: lowering.tensor(inputs.filter),
    mask,
  };
  const target = mask?.dx ?? lowering.tensor(outputs.dx);
  const dispatch = dispatchOf({
    name: "depthwiseConv2dInputGradient",
    width,
    reads: {
      dy: stored(read.dy),
      filter: stored(read.filter),
    },
    mask,
    writes: { dx: { tensor: target } },
    numbers: numbersOf(attributes, x, y, width),
    body: `let c = i % p.channels;
      let pixel = i / p.channels;
      var sum = V(0);
      ${forEachPlace(`for (var m = 0u; m < p.multiplier; m++) {
        let o = c * p.multiplier + m;
        sum = fma(dy_at(place * p.outputs + o, 0u), filter_at(tap * p.outputs + o, 0u), sum);
      }`)}
      dx_set(i, ${masked(mask, "sum", "i", "c")});`,
    threads: sizeOf(x) / width,
  });
  return [{ ...dispatch, sampled: [sampledInputGradient({ attributes, x, y }, read, target)] }];
};

/** Sums over all positions in partial sums. The threads of a part compute all taps of its positions together. */
export const depthwiseConv2dFilterGradient: Lower<"depthwiseConv2dFilterGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) => {
  const [x, y] = [lowering.shape(inputs.x), lowering.shape(inputs.dy)];
  const width = widthFor(x, y);
  const columns = mapSides(y)[3] / width;
  const places = sizeOf(y) / mapSides(y)[3];
  const { perChunk, chunks } = rowChunks(y);
  const taps = sizeOf(attributes.kernel);
  const count = taps * mapSides(y)[3];
  const parts = lowering.parts(chunks * padded(count));
  lowering.deferSum({
    parts,
    numParts: chunks,
    count,
    sum: lowering.tensor(outputs.dfilter),
  });
  const each = (line: (tap: number) => string) =>
    Array.from({ length: taps }, (_, tap) => line(tap)).join("\n");
  const read = { x: lowering.operand(inputs.x), dy: lowering.tensor(inputs.dy) };
  const sampled = sampledFilterGradient(
    { attributes, x, y },
    { over: "y", perPart: perChunk, numParts: chunks },
    read,
    parts,
  );
  const dispatch = dispatchOf({
    name: "depthwiseConv2dFilterGradient",
    width,
    reads: { x: { operand: read.x }, dy: stored(read.dy) },
    writes: { part: { tensor: parts } },
    numbers: {
      ...numbersOf(attributes, x, y, width),
      places,
      perChunk,
      partStride: padded(count) / width,
    },
    functions: X_UNDER,
    body: `let o = i % p.outputs;
        let c = o / p.multiplier;
        let chunk = i / p.outputs;
        let end = min(p.places, (chunk + 1u) * p.perChunk);
        ${each((tap) => `var sum${tap} = V(0);`)}
        for (var place = chunk * p.perChunk; place < end; place++) {
          let dy = dy_at(place * p.outputs + o, 0u);
          let h = ((place / p.columns) % p.rows) * p.strideHeight - p.top;
          let w = (place % p.columns) * p.strideWidth - p.left;
          let image = place / (p.columns * p.rows);
          ${each((tap) => {
            const [down, across] = [
              Math.floor(tap / attributes.kernel[1]) * attributes.dilation[0],
              (tap % attributes.kernel[1]) * attributes.dilation[1],
            ];
            return `sum${tap} = fma(x_under(image, h + ${down}u, w + ${across}u, c), dy, sum${tap});`;
          })}
        }
        let first = chunk * p.partStride + o;
        ${each((tap) => `part_set(first + ${tap}u * p.outputs, sum${tap});`)}`,
    threads: columns * chunks,
  });
  return [{ ...dispatch, sampled: [sampled] }];
};

/** Uses a select instead of a branch; `gather.ts` gives the reason. */
const X_UNDER = `fn x_under(image: u32, h: u32, w: u32, c: u32) -> V {
  let inside = (h < p.height) & (w < p.width);
  let at = ((image * p.height + h) * p.width + w) * p.channels + c;
  return select(V(0), x_at(select(0u, at, inside), c), inside);
}`;

/** With several filters per channel, outputs are written one by one. */
function widthFor(x: Shape, y: Shape): Width {
  return mapSides(x)[3] === mapSides(y)[3] ? widthOf(mapSides(x)[3]) : 1;
}

function numbersOf(attributes: WindowAttributes, x: Shape, y: Shape, width: Width) {
  const [channels, outputs] = [mapSides(x)[3], mapSides(y)[3]];
  return {
    ...windowNumbers(attributes, x, y),
    channels: channels / width,
    outputs: outputs / width,
    multiplier: outputs / channels,
  };
}

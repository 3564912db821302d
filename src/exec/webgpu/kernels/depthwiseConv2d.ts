/** Depthwise convolution. Each thread computes one output position for as many channels as it can load at once. */
import { mapSides, type Shape, sizeOf } from "../../../core/shape.ts";
import type { WindowAttributes } from "../../../plan/operations.ts";
import type { Width } from "../dispatch.ts";
import { type Lower, type LowerJoined, padded, widthOf } from "../lowering.ts";
import { mapDispatch, mapStep, rowChunks } from "../rows.ts";
import { canSlide, eachTap, slidingWindow, underOf } from "../slidingWindow.ts";
import { stepDispatch, stepReads, stepShapes } from "../stepKernel.ts";
import { forEachPixel, forEachPlace, windowNumbers } from "../window.ts";
import {
  sampledDepthwise,
  sampledFilterGradient,
  sampledInputGradient,
} from "./depthwiseSamples.ts";

export const depthwiseConv2d: Lower<"depthwiseConv2d"> = (step, lowering) => {
  const { inputs, outputs, attributes } = step;
  const { x, y } = stepShapes(step, lowering);
  const kernel = {
    ...sizesOf(attributes, x, y),
    sampled: [sampledDepthwise({ attributes, x, y }, inputs, lowering, lowering.tensor(outputs.y))],
  };
  const start = inputs.bias === undefined ? "V(0)" : "bias_at(channel, 0u)";
  if (canSlideOver(x, y, attributes))
    return stepDispatch(step, lowering, {
      ...kernel,
      numbers: { ...kernel.numbers, channels: kernel.numbers.inputs },
      functions: underOf("x", "p.width"),
      body: slidingBody(attributes.kernel, start),
      threads: sizeOf(y) / mapSides(y)[2] / kernel.width,
    });
  return mapStep(step, lowering, {
    ...kernel,
    before: `let c = channel / p.multiplier;
      var sum = ${start};
      ${forEachPixel(
        "sum = fma(x_at(pixel * p.inputs + c, c), filter_at(tap * p.channels + channel, 0u), sum);",
      )}`,
    value: "sum",
  });
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
  step,
  lowering,
  joined,
) => {
  const { inputs, outputs, attributes } = step;
  const { x, y } = stepShapes(step, lowering);
  const target = joined.mask?.dx ?? lowering.tensor(outputs.dx);
  return mapStep(
    step,
    lowering,
    {
      ...sizesOf(attributes, x, y),
      sampled: [sampledInputGradient({ attributes, x, y }, inputs, lowering, joined.mask, target)],
      before: `let pixel = place;
        var sum = V(0);
        ${forEachPlace(`for (var m = 0u; m < p.multiplier; m++) {
          let o = channel * p.multiplier + m;
          sum = fma(dy_at(place * p.outputs + o, 0u), filter_at(tap * p.outputs + o, 0u), sum);
        }`)}`,
      value: "sum",
    },
    joined,
  );
};

/** Sums over all positions in partial sums. The threads of a part compute all taps of its positions together. */
export const depthwiseConv2dFilterGradient: Lower<"depthwiseConv2dFilterGradient"> = (
  step,
  lowering,
) => {
  const { op, inputs, outputs, attributes } = step;
  const { x, y } = stepShapes(step, lowering);
  const { kernel, dilation } = attributes;
  const sizes = sizesOf(attributes, x, y);
  const { perChunk, chunks } = rowChunks(y);
  const count = sizeOf(kernel) * mapSides(y)[3];
  const parts = lowering.deferSum({
    numParts: chunks,
    count,
    sum: lowering.tensor(outputs.dfilter),
  });
  const division = { over: "y", perPart: perChunk, numParts: chunks } as const;
  return mapDispatch(
    {
      name: op,
      shape: y,
      ...sizes,
      reads: stepReads(step, lowering),
      functions: X_UNDER,
      sampled: [sampledFilterGradient({ attributes, x, y }, division, inputs, lowering, parts)],
      value: "dy_at(at, 0u)",
    },
    {
      sums: {
        writes: { part: { tensor: parts } },
        numbers: { partStride: padded(count) / sizes.width },
        start: `let c = channel / p.multiplier;
          ${eachTap(kernel, (tap) => `var sum${tap} = V(0);`)}`,
        add: `let h = ((place / p.columns) % p.rows) * p.strideHeight - p.top;
          let w = (place % p.columns) * p.strideWidth - p.left;
          let image = place / (p.columns * p.rows);
          ${eachTap(
            kernel,
            (tap, row, column) =>
              `sum${tap} = fma(x_under(image, h + ${row * dilation[0]}u, w + ${column * dilation[1]}u, c), value, sum${tap});`,
          )}`,
        end: `let first = chunk * p.partStride + channel;
          ${eachTap(kernel, (tap) => `part_set(first + ${tap}u * p.channels, sum${tap});`)}`,
      },
    },
  );
};

/** Uses a select instead of a branch; `gather.ts` gives the reason. */
const X_UNDER = `fn x_under(image: u32, h: u32, w: u32, c: u32) -> V {
  let inside = (h < p.height) & (w < p.width);
  let at = ((image * p.height + h) * p.width + w) * p.inputs + c;
  return select(V(0), x_at(select(0u, at, inside), c), inside);
}`;

/** With several filters per channel, outputs are written one by one. */
function sizesOf(attributes: WindowAttributes, x: Shape, y: Shape) {
  const [channels, outputs] = [mapSides(x)[3], mapSides(y)[3]];
  const width: Width = channels === outputs ? widthOf(channels) : 1;
  const numbers = {
    ...windowNumbers(attributes, x, y),
    inputs: channels / width,
    outputs: outputs / width,
    multiplier: outputs / channels,
  };
  return { width, numbers };
}

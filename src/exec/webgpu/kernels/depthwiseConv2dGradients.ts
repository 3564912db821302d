/**
 * Both gradients of a depthwise convolution from one read of its input and of its output's gradient. A thread slides a window
 * of that gradient along rows of the map. The value under a tap contributes to the gradient of the position and to that of the
 * tap.
 */
import { mapSides, sizeOf } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Dispatch } from "../dispatch.ts";
import { type Joined, type Lowering, masked, padded, widthOf } from "../lowering.ts";
import { rowChunks } from "../rows.ts";
import { dispatchOf } from "../shader.ts";
import { eachTap, slidingWindow, underOf } from "../slidingWindow.ts";
import { stepReads } from "../stepKernel.ts";
import { stepWindow } from "../window.ts";
import { sampledFilterGradient, sampledInputGradient } from "./depthwiseSamples.ts";

/** Requires a window that `canSlide` and one filter per channel. */
export function depthwiseConv2dGradients(
  step: StepOf<"depthwiseConv2dFilterGradient">,
  inputGradient: StepOf<"depthwiseConv2dInputGradient">,
  lowering: Lowering,
  { mask, sums }: Joined,
): Dispatch {
  const { inputs, outputs, attributes } = step;
  const { x, y, numbers } = stepWindow(step, lowering);
  const [numImages, height, , channels] = mapSides(x);
  const width = widthOf(channels);
  const { linesOfChunk, perChunk, chunks } = rowChunks(x);
  const count = sizeOf(attributes.kernel) * channels;
  const sum = lowering.tensor(outputs.dfilter);
  const parts = lowering.deferSum({ numParts: chunks, count, sum });
  const dx = mask?.dx ?? lowering.tensor(inputGradient.outputs.dx);
  // In Xception the mask comes from the same map that was convolved.
  const isOwnMask = mask !== undefined && mask.y === lowering.operand(inputs.x);
  const shapes = { attributes, x, y };
  const division = { over: "x", perPart: perChunk, numParts: chunks } as const;
  return dispatchOf({
    name: "depthwiseConv2dGradients",
    width,
    reads: {
      ...stepReads(step, lowering),
      ...stepReads(inputGradient, lowering),
      ...sums?.reads,
    },
    mask,
    writes: { dx: { tensor: dx }, tapPart: { tensor: parts }, ...sums?.writes },
    numbers: {
      ...numbers,
      channels: channels / width,
      lines: numImages * height,
      linesOfChunk,
      tapStride: padded(count) / width,
      ...sums?.numbers,
    },
    functions: underOf("dy", "p.columns"),
    body: bodyOf(
      attributes.kernel,
      isOwnMask ? "masked(dx, x)" : masked(mask, "dx", "at", "channel"),
      sums,
    ),
    threads: (channels / width) * chunks,
    sampled: [
      sampledInputGradient(shapes, inputGradient.inputs, lowering, mask, dx),
      sampledFilterGradient(shapes, division, inputs, lowering, parts),
    ],
  });
}

function bodyOf(kernel: readonly [number, number], value: string, sums: Joined["sums"]): string {
  const [tall, wide] = kernel;
  const window = slidingWindow(
    kernel,
    (row, columns) =>
      `dy_under(start${row}, isLine${row}, ${columns} + p.left - ${wide - 1}u, channel, ownDy)`,
  );
  // The first tap of the filter belongs to the window's last position, so the taps are reversed.
  const under = (row: number, column: number) => window.at(row, wide - 1 - column);
  return `let channel = i % p.channels;
    let chunk = i / p.channels;
    let ownX = x_channel(channel);
    let ownDy = dy_channel(channel);
    let end = min(p.lines, (chunk + 1u) * p.linesOfChunk);
    ${eachTap(kernel, (tap) => `let filter${tap} = filter_at(${tap}u * p.channels + channel, 0u);`)}
    ${eachTap(kernel, (tap) => `var tap${tap} = V(0);`)}
    ${sums?.start ?? ""}
    for (var line = chunk * p.linesOfChunk; line < end; line++) {
      ${eachTap(
        [tall, 1],
        (row) => `let row${row} = line % p.height + p.top - ${row}u;
          let isLine${row} = row${row} < p.rows;
          let start${row} = ((line / p.height) * p.rows + row${row}) * p.columns;`,
      )}
      ${window.fill}
      for (var column = 0u; column < p.width; column++) {
        ${window.advance}
        let at = (line * p.width + column) * p.channels + channel;
        let x = x_with(at, ownX);
        var dx = V(0);
        ${eachTap(
          kernel,
          (tap, row, column) => `dx = fma(${under(row, column)}, filter${tap}, dx);
            tap${tap} = fma(x, ${under(row, column)}, tap${tap});`,
        )}
        let value = ${value};
        dx_set(at, value);
        ${sums?.add ?? ""}
      }
    }
    ${eachTap(
      kernel,
      (tap) => `tapPart_set(chunk * p.tapStride + ${tap}u * p.channels + channel, tap${tap});`,
    )}
    ${sums?.end ?? ""}`;
}

/**
 * Both gradients of a depthwise convolution from one reading of its input and of the gradient behind it: a thread slides
 * a window of that gradient along lines of the map, and what is under a tap serves the place's gradient and the tap's.
 */
import { sizeOf } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import { type Joined, type Lowering, mapSides, masked, padded, widthOf } from "../lowering.ts";
import { rowChunks } from "../rows.ts";
import { type Dispatch, dispatchOf, stored } from "../shader.ts";
import { windowNumbers } from "../window.ts";

type FilterGradient = StepOf<"depthwiseConv2dFilterGradient">;
type InputGradient = StepOf<"depthwiseConv2dInputGradient">;

/** Whether the window moves on by one place at a time, and each channel has one filter. */
export function canSlide({ inputs, attributes }: FilterGradient, lowering: Lowering): boolean {
  const [x, y] = [lowering.shape(inputs.x), lowering.shape(inputs.dy)];
  const { strides, dilation } = attributes;
  return mapSides(x)[3] === mapSides(y)[3] && sizeOf(strides) === 1 && sizeOf(dilation) === 1;
}

/** For steps that `canSlide`. */
export function depthwiseConv2dGradients(
  { inputs, outputs, attributes }: FilterGradient,
  inputGradient: InputGradient,
  lowering: Lowering,
  { mask, sums }: Joined,
): readonly Dispatch[] {
  const [x, y] = [lowering.shape(inputs.x), lowering.shape(inputs.dy)];
  const [numImages, height, , channels] = mapSides(x);
  const width = widthOf(channels);
  const { linesOfChunk, chunks } = rowChunks(x);
  const count = sizeOf(attributes.kernel) * channels;
  const parts = lowering.parts(chunks * padded(count));
  lowering.deferSum({ parts, numParts: chunks, count, sum: lowering.tensor(outputs.dfilter) });
  const operand = lowering.operand(inputs.x);
  // In Xception the mask is laid by the very map that was convolved.
  const isOwnMask = mask !== undefined && mask.y === operand;
  const value = isOwnMask ? "select(V(0), dx, x > V(0))" : masked(mask, "dx", "at", "channel");
  return [
    dispatchOf({
      name: "depthwiseConv2dGradients",
      width,
      reads: {
        x: { operand },
        dy: stored(lowering.tensor(inputs.dy)),
        filter: stored(lowering.tensor(inputGradient.inputs.filter)),
        mask: mask && !isOwnMask ? { operand: mask.y } : undefined,
        ...sums?.reads,
      },
      writes: {
        dx: { tensor: mask?.dx ?? lowering.tensor(inputGradient.outputs.dx) },
        tapPart: { tensor: parts },
        ...sums?.writes,
      },
      numbers: {
        ...windowNumbers(attributes, x, y),
        channels: channels / width,
        lines: numImages * height,
        linesOfChunk,
        tapStride: padded(count) / width,
        ...sums?.numbers,
      },
      functions: DY_UNDER,
      body: bodyOf(attributes.kernel, value, sums),
      threads: (channels / width) * chunks,
    }),
  ];
}

/** `first`: of the line in `dy`. A select, not a branch, for the reason that `gather.ts` gives. */
const DY_UNDER = `fn dy_under(first: u32, isLine: bool, column: u32, channel: u32) -> V {
  let inside = isLine & (column < p.columns);
  let at = (first + column) * p.channels + channel;
  return select(V(0), dy_at(select(0u, at, inside), channel), inside);
}`;

function bodyOf([tall, wide]: readonly [number, number], value: string, sums: Joined["sums"]) {
  const taps = numbersTo(tall).flatMap((row) => numbersTo(wide).map((column) => ({ row, column })));
  const eachTap = (line: (tap: number, under: string) => string) =>
    taps.map(({ row, column }, tap) => line(tap, `under${row}_${column}`)).join("\n");
  const eachRow = (line: (row: number) => string) => numbersTo(tall).map(line).join("\n");
  const load = (row: number, column: string) =>
    `dy_under(first${row}, isLine${row}, ${column}, channel)`;
  return `let channel = i % p.channels;
    let chunk = i / p.channels;
    let end = min(p.lines, (chunk + 1u) * p.linesOfChunk);
    ${eachTap((tap) => `let filter${tap} = filter_at(${tap}u * p.channels + channel, 0u);`)}
    ${eachTap((tap) => `var tap${tap} = V(0);`)}
    ${sums?.start ?? ""}
    for (var line = chunk * p.linesOfChunk; line < end; line++) {
      ${eachRow(
        (row) => `let row${row} = line % p.height + p.top - ${row}u;
          let isLine${row} = row${row} < p.rows;
          let first${row} = ((line / p.height) * p.rows + row${row}) * p.columns;`,
      )}
      ${taps
        .map(({ row, column }) => {
          const before = column < wide - 1 ? load(row, `p.left - ${column + 1}u`) : "V(0)";
          return `var under${row}_${column} = ${before};`;
        })
        .join("\n")}
      for (var column = 0u; column < p.width; column++) {
        ${taps
          .toReversed()
          .map(({ row, column }) =>
            column === 0
              ? `under${row}_0 = ${load(row, "column + p.left")};`
              : `under${row}_${column} = under${row}_${column - 1};`,
          )
          .join("\n")}
        let at = (line * p.width + column) * p.channels + channel;
        let x = x_at(at, channel);
        var dx = V(0);
        ${eachTap(
          (tap, under) =>
            `dx = fma(${under}, filter${tap}, dx); tap${tap} = fma(x, ${under}, tap${tap});`,
        )}
        let value = ${value};
        dx_set(at, value);
        ${sums?.add ?? ""}
      }
    }
    ${eachTap((tap) => `tapPart_set(chunk * p.tapStride + ${tap}u * p.channels + channel, tap${tap});`)}
    ${sums?.end ?? ""}`;
}

function numbersTo(end: number): readonly number[] {
  return Array.from({ length: end }, (_, index) => index);
}

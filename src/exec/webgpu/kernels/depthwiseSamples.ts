/** Computes single values of a depthwise convolution and of its gradients in float64; `samples.ts` says what they are for. */
import { mapSides, type Shape, sizeOf } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { WindowAttributes } from "../../../plan/operations.ts";
import type { Mask, SampledResult, Tensor } from "../dispatch.ts";
import { type Lowering, padded } from "../lowering.ts";
import { gatherBack, gatherWindow } from "./gather.ts";
import { maskedSamples, operandReader, sumOfTerms } from "./samples.ts";

/** The convolution `y` (`[N, rows, columns, F]`) of the map `x` (`[N, height, width, C]`); the filter is `[taps, F]`. */
export interface DepthwiseShapes {
  readonly attributes: WindowAttributes;
  readonly x: Shape;
  readonly y: Shape;
}

export function sampledDepthwise(
  { attributes, x, y }: DepthwiseShapes,
  inputs: { readonly x: BufferId; readonly filter: BufferId; readonly bias?: BufferId },
  lowering: Lowering,
  target: Tensor,
): SampledResult {
  const { channels, outputs, taps, multiplier } = sidesOf({ attributes, x, y });
  const under = gatherWindow(attributes, x, y);
  const readX = operandReader(lowering.operand(inputs.x));
  const [filter, bias] = [lowering.tensor(inputs.filter), lowering.optional(inputs.bias)];
  return {
    target,
    rows: sizeOf(y) / outputs,
    columns: outputs,
    terms: taps,
    sample(row, column, read) {
      const channel = Math.floor(column / multiplier);
      const left = (tap: number) => {
        const at = under.at(row, tap * channels + channel);
        return at === undefined ? undefined : readX(at, read);
      };
      const sum = sumOfTerms(0, taps, left, (tap) => read(filter, tap * outputs + column));
      const value = sum.value + (bias === undefined ? 0 : read(bias, column));
      return { ...sum, at: row * outputs + column, value };
    },
  };
}

export function sampledInputGradient(
  { attributes, x, y }: DepthwiseShapes,
  inputs: { readonly dy: BufferId; readonly filter: BufferId },
  lowering: Lowering,
  mask: Mask | undefined,
  target: Tensor,
): SampledResult {
  const { channels, outputs, taps, multiplier } = sidesOf({ attributes, x, y });
  const over = gatherBack(attributes, x, y);
  const afterMask = maskedSamples(mask);
  const [dy, filter] = [lowering.tensor(inputs.dy), lowering.tensor(inputs.filter)];
  return {
    target,
    rows: sizeOf(x) / channels,
    columns: channels,
    terms: taps * multiplier,
    sample(row, column, read) {
      const filterAt = (term: number) =>
        Math.floor(term / multiplier) * outputs + column * multiplier + (term % multiplier);
      const left = (term: number) => {
        const at = over.at(row, filterAt(term));
        return at === undefined ? undefined : read(dy, at);
      };
      const sum = sumOfTerms(0, taps * multiplier, left, (term) => read(filter, filterAt(term)));
      return afterMask({ ...sum, at: row * channels + column }, read);
    },
  };
}

/** How the sum over all positions is divided: by positions of `y`, or by the pixels of `x` under a tap. */
export interface FilterParts {
  readonly over: "x" | "y";
  readonly perPart: number;
  readonly numParts: number;
}

/** @param target `[numParts, taps, F]`, each part padded to a multiple of 4 */
export function sampledFilterGradient(
  { attributes, x, y }: DepthwiseShapes,
  { over, perPart, numParts }: FilterParts,
  inputs: { readonly x: BufferId; readonly dy: BufferId },
  lowering: Lowering,
  target: Tensor,
): SampledResult {
  const { channels, outputs, taps, multiplier } = sidesOf({ attributes, x, y });
  const numPlaces = over === "x" ? sizeOf(x) / channels : sizeOf(y) / outputs;
  const readX = operandReader(lowering.operand(inputs.x));
  const dy = lowering.tensor(inputs.dy);
  const [under, back] = [gatherWindow(attributes, x, y), gatherBack(attributes, x, y)];
  return {
    target,
    rows: numParts * taps,
    columns: outputs,
    terms: perPart,
    sample(row, column, read) {
      const [part, tap] = [Math.floor(row / taps), row % taps];
      const channel = Math.floor(column / multiplier);
      const xAt = (place: number) =>
        over === "x" ? place * channels + channel : under.at(place, tap * channels + channel);
      const dyAt = (place: number) =>
        over === "x" ? back.at(place, tap * outputs + column) : place * outputs + column;
      const product = (place: number) => {
        const [ofX, ofDy] = [xAt(place), dyAt(place)];
        return ofX === undefined || ofDy === undefined
          ? undefined
          : readX(ofX, read) * read(dy, ofDy);
      };
      const end = Math.min(numPlaces, (part + 1) * perPart);
      const sum = sumOfTerms(part * perPart, end, product, () => 1);
      return { ...sum, at: part * padded(taps * outputs) + tap * outputs + column };
    },
  };
}

function sidesOf({ attributes, x, y }: DepthwiseShapes) {
  const [channels, outputs] = [mapSides(x)[3], mapSides(y)[3]];
  return { channels, outputs, taps: sizeOf(attributes.kernel), multiplier: outputs / channels };
}

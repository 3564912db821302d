/** Computes single values of a depthwise convolution and of its gradients in float64; `samples.ts` says what they are for. */
import { mapSides, type Shape, sizeOf } from "../../../core/shape.ts";
import type { WindowAttributes } from "../../../plan/operations.ts";
import type { Mask, Operand, SampledResult, Tensor } from "../dispatch.ts";
import { padded } from "../lowering.ts";
import { gatherBack, gatherWindow } from "./gather.ts";
import { maskedSamples, operandReader, sumOfTerms, tensorsOf } from "./samples.ts";

/** The convolution `y` (`[N, rows, columns, F]`) of the map `x` (`[N, height, width, C]`); the filter is `[taps, F]`. */
export interface DepthwiseShapes {
  readonly attributes: WindowAttributes;
  readonly x: Shape;
  readonly y: Shape;
}

export function sampledDepthwise(
  { attributes, x, y }: DepthwiseShapes,
  reads: { readonly x: Operand; readonly filter: Tensor; readonly bias: Tensor | undefined },
  target: Tensor,
): SampledResult {
  const { channels, outputs, taps, multiplier } = sidesOf({ attributes, x, y });
  const under = gatherWindow(attributes, x, y);
  const readX = operandReader(reads.x);
  return {
    reads: [...tensorsOf(reads.x), reads.filter, ...(reads.bias === undefined ? [] : [reads.bias])],
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
      const sum = sumOfTerms(0, taps, left, (tap) => read(reads.filter, tap * outputs + column));
      const bias = reads.bias === undefined ? 0 : read(reads.bias, column);
      return { at: row * outputs + column, value: sum.value + bias, size: sum.size };
    },
  };
}

export function sampledInputGradient(
  { attributes, x, y }: DepthwiseShapes,
  reads: { readonly dy: Tensor; readonly filter: Tensor; readonly mask: Mask | undefined },
  target: Tensor,
): SampledResult {
  const { channels, outputs, taps, multiplier } = sidesOf({ attributes, x, y });
  const over = gatherBack(attributes, x, y);
  const afterMask = maskedSamples(reads.mask);
  return {
    reads: [reads.dy, reads.filter, ...(reads.mask === undefined ? [] : tensorsOf(reads.mask.y))],
    target,
    rows: sizeOf(x) / channels,
    columns: channels,
    terms: taps * multiplier,
    sample(row, column, read) {
      const filterAt = (term: number) =>
        Math.floor(term / multiplier) * outputs + column * multiplier + (term % multiplier);
      const left = (term: number) => {
        const at = over.at(row, filterAt(term));
        return at === undefined ? undefined : read(reads.dy, at);
      };
      const sum = sumOfTerms(0, taps * multiplier, left, (term) =>
        read(reads.filter, filterAt(term)),
      );
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
  reads: { readonly x: Operand; readonly dy: Tensor },
  target: Tensor,
): SampledResult {
  const { channels, outputs, taps, multiplier } = sidesOf({ attributes, x, y });
  const [numPixels, numPlaces] = [sizeOf(x) / channels, sizeOf(y) / outputs];
  const readX = operandReader(reads.x);
  const [under, back] = [gatherWindow(attributes, x, y), gatherBack(attributes, x, y)];
  return {
    reads: [...tensorsOf(reads.x), reads.dy],
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
        if (ofX === undefined || ofDy === undefined) return undefined;
        return readX(ofX, read) * read(reads.dy, ofDy);
      };
      const end = Math.min(over === "x" ? numPixels : numPlaces, (part + 1) * perPart);
      const sum = sumOfTerms(part * perPart, end, product, () => 1);
      return { ...sum, at: part * padded(taps * outputs) + tap * outputs + column };
    },
  };
}

function sidesOf({ attributes, x, y }: DepthwiseShapes) {
  const [channels, outputs] = [mapSides(x)[3], mapSides(y)[3]];
  return { channels, outputs, taps: sizeOf(attributes.kernel), multiplier: outputs / channels };
}

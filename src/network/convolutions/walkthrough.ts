/**
 * Computes an ordinary convolution and a depthwise separable one value by value on the same small input, and counts every
 * multiplication where it is done. The ordinary kernel is the product of the depthwise and the pointwise one, so that both end
 * with the same values.
 */
import type { ConvolutionSettings } from "./labSettings.ts";

/** Side of the cropped part, in pixels. */
export const CROP_SIDE = 8;
const CHANNELS = 3;
const FILTERS = 4;
const SIDE = 3;

/** The convolution, as settings of the calculator, which gives the same final counts. */
export const WALK_SETTINGS: ConvolutionSettings = {
  height: CROP_SIDE,
  width: CROP_SIDE,
  channels: CHANNELS,
  filters: FILTERS,
  kernelSize: SIDE,
  stride: 1,
  padding: "valid",
  groups: 1,
  dilation: 1,
  depthMultiplier: 1,
  biases: "none",
};

/** One array for each channel: `maps[channel][row * width + column]`. */
export type Maps = readonly Float64Array[];

export type WalkPart = "ordinary" | "depthwise" | "pointwise";

/** One value of an output or of the map between. */
export interface WalkNumber {
  readonly part: WalkPart;
  readonly channel: number;
  readonly row: number;
  readonly column: number;
  readonly value: number;
  /** The multiplications for this value. */
  readonly multiplications: number;
}

export interface Walk {
  readonly numbers: readonly WalkNumber[];
  /** Entry i is the number of values after step i. The first entry, before any step, is 0. */
  readonly doneAfter: readonly number[];
  readonly multiplications: number;
}

export interface Walkthrough {
  /** Three maps of `CROP_SIDE` squared, in `[-1, 1]`. */
  readonly input: Maps;
  readonly outputSide: number;
  readonly ordinary: Walk;
  readonly separable: Walk;
  /** Multiplications of one step, the same on both sides. */
  readonly stepSize: number;
  /** The number of steps until the longer one ends. */
  readonly numSteps: number;
}

/** How the four outputs mix the three channels: brightness, vertical edges, horizontal edges, and all together. */
const POINTWISE: readonly (readonly number[])[] = [
  [1, 0.25, 0.25],
  [0.25, 1, 0],
  [0.25, 0, 1],
  [0.5, -0.75, 0.75],
];

/** One kernel for each channel: blur, difference along the row, difference along the column. */
const DEPTHWISE: readonly (readonly number[])[] = [
  [1, 2, 1, 2, 4, 2, 1, 2, 1].map((value) => value / 16),
  [-1, 0, 1, -2, 0, 2, -1, 0, 1].map((value) => value / 4),
  [-1, -2, -1, 0, 0, 0, 1, 2, 1].map((value) => value / 4),
];

/** @param pixels `[CROP_SIDE, CROP_SIDE]` grey values, 0 to 255 */
export function createWalkthrough(pixels: ArrayLike<number>): Walkthrough {
  const input = channelsOf(pixels);
  const outputSide = CROP_SIDE - SIDE + 1;
  const stepSize = SIDE * SIDE * CHANNELS;
  const ordinary = walkOf(walkOrdinary(input, outputSide), stepSize);
  const separable = walkOf(walkSeparable(input, outputSide), stepSize);
  const numSteps = Math.max(ordinary.doneAfter.length, separable.doneAfter.length) - 1;
  return { input, outputSide, ordinary, separable, stepSize, numSteps };
}

/** Returns the number of values after this many steps. It stays constant after the end. */
export function numbersAfter(walk: Walk, step: number): number {
  return walk.doneAfter[Math.min(step, walk.doneAfter.length - 1)] ?? 0;
}

/** Returns the multiplications of the first `numNumbers` values. */
export function multiplicationsOf(walk: Walk, numNumbers: number): number {
  let sum = 0;
  for (const { multiplications } of walk.numbers.slice(0, numNumbers)) sum += multiplications;
  return sum;
}

/** A grey image has one channel. Its edges, which a first layer would detect, make the other two. */
function channelsOf(pixels: ArrayLike<number>): Maps {
  const grey = Float64Array.from({ length: CROP_SIDE ** 2 }, (_, at) => (pixels[at] ?? 0) / 255);
  const at = (row: number, column: number) => grey[clamp(row) * CROP_SIDE + clamp(column)] ?? 0;
  const edges = (down: number, across: number) =>
    grey.map((_, place) => {
      const row = Math.floor(place / CROP_SIDE);
      const column = place % CROP_SIDE;
      return at(row + down, column + across) - at(row - down, column - across);
    });
  return [grey, edges(0, 1), edges(1, 0)];
}

function clamp(place: number): number {
  return Math.min(CROP_SIDE - 1, Math.max(0, place));
}

function* walkOrdinary(input: Maps, outputSide: number): Generator<WalkNumber> {
  for (const { row, column } of positions(outputSide)) {
    for (let filter = 0; filter < FILTERS; filter += 1) {
      let value = 0;
      let multiplications = 0;
      for (let channel = 0; channel < CHANNELS; channel += 1) {
        const share = POINTWISE[filter]?.[channel] ?? 0;
        for (const tap of taps(input, channel, row, column)) {
          value += tap.pixel * (tap.weight * share);
          multiplications += 1;
        }
      }
      yield { part: "ordinary", channel: filter, row, column, value, multiplications };
    }
  }
}

function* walkSeparable(input: Maps, outputSide: number): Generator<WalkNumber> {
  const between = Array.from({ length: CHANNELS }, () => new Float64Array(outputSide ** 2));
  for (const { row, column } of positions(outputSide)) {
    for (const [channel, map] of between.entries()) {
      let value = 0;
      let multiplications = 0;
      for (const tap of taps(input, channel, row, column)) {
        value += tap.pixel * tap.weight;
        multiplications += 1;
      }
      map[row * outputSide + column] = value;
      yield { part: "depthwise", channel, row, column, value, multiplications };
    }
  }
  for (const { row, column } of positions(outputSide)) {
    for (let filter = 0; filter < FILTERS; filter += 1) {
      let value = 0;
      let multiplications = 0;
      for (const [channel, map] of between.entries()) {
        value += (map[row * outputSide + column] ?? 0) * (POINTWISE[filter]?.[channel] ?? 0);
        multiplications += 1;
      }
      yield { part: "pointwise", channel: filter, row, column, value, multiplications };
    }
  }
}

function* positions(side: number): Generator<{ row: number; column: number }> {
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) yield { row, column };
  }
}

function* taps(
  input: Maps,
  channel: number,
  row: number,
  column: number,
): Generator<{ pixel: number; weight: number }> {
  for (const { row: down, column: across } of positions(SIDE)) {
    yield {
      pixel: input[channel]?.[(row + down) * CROP_SIDE + column + across] ?? 0,
      weight: DEPTHWISE[channel]?.[down * SIDE + across] ?? 0,
    };
  }
}

/** Divides the work into steps of at most `stepSize` multiplications. All multiplications of a value are in one step. */
function walkOf(generator: Iterable<WalkNumber>, stepSize: number): Walk {
  const numbers = [...generator];
  const doneAfter = [0];
  let inStep = 0;
  for (const [index, { multiplications }] of numbers.entries()) {
    if (inStep + multiplications > stepSize) {
      doneAfter.push(index);
      inStep = 0;
    }
    inStep += multiplications;
  }
  doneAfter.push(numbers.length);
  const walk = { numbers, doneAfter, multiplications: 0 };
  return { ...walk, multiplications: multiplicationsOf(walk, numbers.length) };
}

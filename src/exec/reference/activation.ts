/** The activations written by hand in float64. The other engines print theirs from formulas, and are checked against these. */
import {
  activationKind,
  type ElementwiseActivation,
  type ElementwiseKind,
} from "../../formulas/activations/registry.ts";
import type { Kernel } from "./kernel.ts";

interface Hand<K extends ElementwiseKind> {
  value(x: number, activation: Extract<ElementwiseActivation, K | { readonly name: K }>): number;
  /** Computed from the output if that determines the slope, otherwise from the input. */
  slope(from: number, activation: Extract<ElementwiseActivation, K | { readonly name: K }>): number;
}

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

const BY_HAND: { readonly [K in ElementwiseKind]: Hand<K> } = {
  relu: { value: (x) => Math.max(0, x), slope: (y) => (y > 0 ? 1 : 0) },
  /** ELU with alpha 1 (Clevert et al. 2015), as in Keras. */
  elu: { value: (x) => (x > 0 ? x : Math.expm1(x)), slope: (y) => (y > 0 ? 1 : y + 1) },
  silu: {
    value: (x) => x * sigmoid(x),
    slope: (x) => sigmoid(x) + x * sigmoid(x) * sigmoid(-x),
  },
  LeakyReLU: {
    value: (x, { negativeSlope }) => (x > 0 ? x : negativeSlope * x),
    slope: (y, { negativeSlope }) => (y > 0 ? 1 : negativeSlope),
  },
  sigmoid: { value: sigmoid, slope: (y) => y * (1 - y) },
  tanh: { value: Math.tanh, slope: (y) => 1 - y ** 2 },
  gelu: {
    value: (x) => x * normalShare(x),
    slope: (x) => normalShare(x) + (x * Math.exp(-(x ** 2) / 2)) / Math.sqrt(2 * Math.PI),
  },
  gelu_tanh: {
    value: (x) => (x * (1 + Math.tanh(geluBend(x)))) / 2,
    slope: (x) => {
      const bend = Math.tanh(geluBend(x));
      const steepness = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x ** 2);
      return (1 + bend) / 2 + (x * (1 - bend ** 2) * steepness) / 2;
    },
  },
  hard_sigmoid: {
    value: (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
    slope: (y) => (y > 0 && y < 1 ? 1 / 6 : 0),
  },
  hard_sigmoid_keras2: {
    value: (x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1),
    slope: (y) => (y > 0 && y < 1 ? 0.2 : 0),
  },
  hard_silu: {
    value: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
  },
  selu: {
    value: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
    slope: (y) => (y > 0 ? SELU_SCALE : y + SELU_SCALE * SELU_ALPHA),
  },
  softplus: {
    value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    slope: (y) => 1 - Math.exp(-y),
  },
  relu6: {
    value: (x) => Math.min(Math.max(x, 0), 6),
    slope: (y) => (y > 0 && y < 6 ? 1 : 0),
  },
  exponential: { value: Math.exp, slope: (y) => y },
  softsign: { value: (x) => x / (1 + Math.abs(x)), slope: (y) => (1 - Math.abs(y)) ** 2 },
  mish: {
    value: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
    slope: (x) => {
      const bent = Math.tanh(Math.log1p(Math.exp(x)));
      return bent + x * (1 - bent ** 2) * sigmoid(x);
    },
  },
  log_sigmoid: {
    value: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
    slope: (y) => -Math.expm1(y),
  },
  hard_tanh: {
    value: (x) => Math.max(-1, Math.min(x, 1)),
    slope: (y) => (y > -1 && y < 1 ? 1 : 0),
  },
  hard_shrink: { value: (x) => (Math.abs(x) > 0.5 ? x : 0), slope: (y) => (y === 0 ? 0 : 1) },
  soft_shrink: {
    value: (x) => x - Math.max(-0.5, Math.min(x, 0.5)),
    slope: (y) => (y === 0 ? 0 : 1),
  },
  tanh_shrink: { value: (x) => x - Math.tanh(x), slope: (x) => Math.tanh(x) ** 2 },
  squareplus: {
    value: (x) => (x + Math.sqrt(x ** 2 + 4)) / 2,
    slope: (x) => (1 + x / Math.sqrt(x ** 2 + 4)) / 2,
  },
  sparse_plus: {
    value: (x) => (x <= -1 ? 0 : x < 1 ? (x + 1) ** 2 / 4 : x),
    slope: (x) => Math.min(Math.max((x + 1) / 2, 0), 1),
  },
  sparse_sigmoid: {
    value: (x) => Math.min(Math.max((x + 1) / 2, 0), 1),
    slope: (y) => (y > 0 && y < 1 ? 0.5 : 0),
  },
  ELU: {
    value: (x, { alpha }) => (x > 0 ? x : alpha * Math.expm1(x)),
    slope: (y, { alpha }) => (y > 0 ? 1 : y + alpha),
  },
  ReLU: {
    value: (x, { maxValue, negativeSlope, threshold }) =>
      x > threshold ? Math.min(x, maxValue) : negativeSlope * (x - threshold),
    slope: (x, { maxValue, negativeSlope, threshold }) =>
      x > threshold ? (x < maxValue ? 1 : 0) : negativeSlope,
  },
};

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The normal distribution function: a sum near 0 (Abramowitz and Stegun 26.2.10), else a continued fraction (26.2.14). */
function normalShare(x: number): number {
  if (Math.abs(x) < 3) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 100; n += 1) {
      term *= -(x ** 2) / (2 * n);
      sum += term / (2 * n + 1);
    }
    return 0.5 + sum / Math.sqrt(2 * Math.PI);
  }
  let fraction = 0;
  for (let n = 60; n >= 1; n -= 1) fraction = n / (Math.abs(x) + fraction);
  const tail = Math.exp(-(x ** 2) / 2) / (Math.sqrt(2 * Math.PI) * (Math.abs(x) + fraction));
  return x > 0 ? 1 - tail : tail;
}

function geluBend(x: number): number {
  return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
}

export const activation: Kernel<"activation"> = ({ x, y }, { activation }) => {
  const { value } = handOf(activation);
  y.set(x.map((number) => value(number, activation)));
};

export const activationGradient: Kernel<"activationGradient"> = ({ dy, y, dx }, { activation }) =>
  multiplySlope(activation, dy, y, dx);

export const activationGradientFromInput: Kernel<"activationGradientFromInput"> = (
  { dy, x, dx },
  { activation },
) => multiplySlope(activation, dy, x, dx);

function multiplySlope(
  activation: ElementwiseActivation,
  dy: Float64Array,
  from: Float64Array,
  dx: Float64Array,
): void {
  const { slope } = handOf(activation);
  dx.set(dy.map((gradient, at) => gradient * slope(from[at] as number, activation)));
}

/** `value` takes the activation's input, and `slope` whichever of input and output the formula computes it from. */
export function handOf(activation: ElementwiseActivation) {
  const hand: {
    value(x: number, activation: ElementwiseActivation): number;
    slope(from: number, activation: ElementwiseActivation): number;
  } = BY_HAND[activationKind(activation)];
  return hand;
}

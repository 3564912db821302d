/** Writes each elementwise activation as ONNX operators. */
import type {
  ElementwiseActivation,
  ElementwiseKind,
} from "../../formulas/activations/registry.ts";
import { activationName } from "../../network/graph.ts";
import type { OnnxGraph, OnnxTensor } from "./onnxGraph.ts";

type Numbers = (name: string) => number;
type Writer = (
  onnx: OnnxGraph,
  inputs: readonly OnnxTensor[],
  output: OnnxTensor,
  numbers: Numbers,
) => void;

const WRITERS: { readonly [K in ElementwiseKind]: Writer } = {
  relu: operator("Relu"),
  elu: operator("Elu"),
  LeakyReLU: operator("LeakyRelu", (numbers) => ({ alpha: numbers("negativeSlope") })),
  sigmoid: operator("Sigmoid"),
  tanh: operator("Tanh"),
  gelu: gelu,
  gelu_tanh: geluTanh,
  hard_sigmoid: operator("HardSigmoid", () => ({ alpha: 1 / 6, beta: 0.5 })),
  hard_sigmoid_keras2: operator("HardSigmoid", () => ({ alpha: 0.2, beta: 0.5 })),
  hard_silu: timesInput(operator("HardSigmoid", () => ({ alpha: 1 / 6, beta: 0.5 }))),
  selu: operator("Selu"),
  softplus: operator("Softplus"),
  relu6: clipped(0, 6),
  ReLU: reluLayer,
  ELU: operator("Elu", (numbers) => ({ alpha: numbers("alpha") })),
  sparse_sigmoid: operator("HardSigmoid", () => ({ alpha: 0.5, beta: 0.5 })),
  sparse_plus: sparsePlus,
  squareplus: squareplus,
  tanh_shrink: tanhShrink,
  soft_shrink: operator("Shrink", () => ({ lambd: 0.5, bias: 0.5 })),
  hard_shrink: operator("Shrink", () => ({ lambd: 0.5, bias: 0 })),
  hard_tanh: clipped(-1, 1),
  log_sigmoid: logSigmoid,
  mish: timesInput(softplusTanh),
  softsign: operator("Softsign"),
  exponential: operator("Exp"),
  silu: timesInput(operator("Sigmoid")),
};

/** @param output the name of the result; intermediate tensors are named after it. */
export function writeActivation(
  onnx: OnnxGraph,
  activation: ElementwiseActivation,
  inputs: readonly OnnxTensor[],
  output: OnnxTensor,
): void {
  const given: Readonly<Record<string, string | number>> =
    typeof activation === "string" ? {} : activation;
  const writers: Readonly<Record<string, Writer>> = WRITERS;
  const numbers = (name: string) => Number(given[name]);
  writers[activationName(activation)]?.(onnx, inputs, output, numbers);
}

/** @param attributes float attributes by name. */
function operator(
  name: string,
  attributes: (numbers: Numbers) => Record<string, number> = () => ({}),
): Writer {
  return (onnx, inputs, output, numbers) => {
    const floats = Object.entries(attributes(numbers)).map(([key, float]) => [key, { float }]);
    onnx.node(name, inputs, output, Object.fromEntries(floats));
  };
}

function timesInput(factor: Writer): Writer {
  return (onnx, inputs, output, numbers) => {
    factor(onnx, inputs, `${output}/factor`, numbers);
    onnx.node("Mul", [...inputs, `${output}/factor`], output);
  };
}

/** `x / 2 * (1 + erf(x / sqrt(2)))` */
function gelu(onnx: OnnxGraph, inputs: readonly OnnxTensor[], output: OnnxTensor): void {
  const scaled = times(onnx, inputs, `${output}/scaled`, Math.SQRT1_2);
  const error = onnx.node("Erf", [scaled], `${output}/erf`);
  halfTimesOnePlus(onnx, inputs, error, output);
}

/** `x / 2 * (1 + bend)` */
function halfTimesOnePlus(
  onnx: OnnxGraph,
  inputs: readonly OnnxTensor[],
  bend: OnnxTensor,
  output: OnnxTensor,
): void {
  const one = onnx.floats(`${output}/one`, [], Float32Array.of(1));
  const share = onnx.node("Add", [bend, one], `${output}/share`);
  const half = times(onnx, inputs, `${output}/half`, 0.5);
  onnx.node("Mul", [half, share], output);
}

function times(
  onnx: OnnxGraph,
  inputs: readonly OnnxTensor[],
  output: OnnxTensor,
  factor: number,
): OnnxTensor {
  const number = onnx.floats(`${output}/number`, [], Float32Array.of(factor));
  return onnx.node("Mul", [...inputs, number], output);
}

/** `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))` */
function geluTanh(onnx: OnnxGraph, inputs: readonly OnnxTensor[], output: OnnxTensor): void {
  const square = onnx.node("Mul", [...inputs, ...inputs], `${output}/square`);
  const cube = onnx.node("Mul", [...inputs, square], `${output}/cube`);
  const bent = times(onnx, [cube], `${output}/bent`, 0.044715);
  const sum = onnx.node("Add", [...inputs, bent], `${output}/sum`);
  const scaled = times(onnx, [sum], `${output}/scaled`, Math.sqrt(2 / Math.PI));
  halfTimesOnePlus(onnx, inputs, onnx.node("Tanh", [scaled], `${output}/tanh`), output);
}

function clipped(least: number, most: number): Writer {
  return (onnx, inputs, output) => {
    const ends = [least, most].map((end) =>
      onnx.floats(`${output}/${end}`, [], Float32Array.of(end)),
    );
    onnx.node("Clip", [...inputs, ...ends], output);
  };
}

function softplusTanh(onnx: OnnxGraph, inputs: readonly OnnxTensor[], output: OnnxTensor): void {
  onnx.node("Tanh", [onnx.node("Softplus", inputs, `${output}/softplus`)], output);
}

function logSigmoid(onnx: OnnxGraph, inputs: readonly OnnxTensor[], output: OnnxTensor): void {
  const negative = onnx.node("Neg", inputs, `${output}/negative`);
  onnx.node("Neg", [onnx.node("Softplus", [negative], `${output}/softplus`)], output);
}

function tanhShrink(onnx: OnnxGraph, inputs: readonly OnnxTensor[], output: OnnxTensor): void {
  onnx.node("Sub", [...inputs, onnx.node("Tanh", inputs, `${output}/tanh`)], output);
}

function squareplus(onnx: OnnxGraph, inputs: readonly OnnxTensor[], output: OnnxTensor): void {
  const square = onnx.node("Mul", [...inputs, ...inputs], `${output}/square`);
  const four = onnx.floats(`${output}/four`, [], Float32Array.of(4));
  const sum = onnx.node("Add", [square, four], `${output}/sum`);
  const root = onnx.node("Sqrt", [sum], `${output}/root`);
  times(onnx, [onnx.node("Add", [...inputs, root], `${output}/twice`)], output, 0.5);
}

/** The square of the slope, and what exceeds 1. */
function sparsePlus(onnx: OnnxGraph, inputs: readonly OnnxTensor[], output: OnnxTensor): void {
  const halves = { alpha: { float: 0.5 }, beta: { float: 0.5 } };
  const slope = onnx.node("HardSigmoid", inputs, `${output}/slope`, halves);
  const square = onnx.node("Mul", [slope, slope], `${output}/square`);
  const one = onnx.floats(`${output}/one`, [], Float32Array.of(1));
  const excess = onnx.node(
    "Relu",
    [onnx.node("Sub", [...inputs, one], `${output}/less`)],
    `${output}/excess`,
  );
  onnx.node("Add", [square, excess], output);
}

/** Where `x > threshold`, `min(x, maxValue)`, otherwise `(x - threshold) * negativeSlope`. */
function reluLayer(
  onnx: OnnxGraph,
  inputs: readonly OnnxTensor[],
  output: OnnxTensor,
  numbers: Numbers,
): void {
  const constant = (name: string) =>
    onnx.floats(`${output}/${name}`, [], Float32Array.of(numbers(name)));
  const [threshold, slope] = [constant("threshold"), constant("negativeSlope")];
  const passes = onnx.node("Greater", [...inputs, threshold], `${output}/passes`);
  const capped = onnx.node("Min", [...inputs, constant("maxValue")], `${output}/capped`);
  const below = onnx.node("Sub", [...inputs, threshold], `${output}/below`);
  const sloped = onnx.node("Mul", [below, slope], `${output}/sloped`);
  onnx.node("Where", [passes, capped, sloped], output);
}

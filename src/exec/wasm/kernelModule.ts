/** The border to the compiled kernels: their names, and a module's exports as functions of numbers. */
import { PlaygroundError } from "../../core/errors.ts";

/** Exports of `kernels/*.ts` that plans call; what each takes stands there. */
const KERNEL_NAMES = [
  "accumulateMetrics",
  "adadelta",
  "adam",
  "addSquares",
  "averagePool",
  "averagePoolGradient",
  "batchStatistics",
  "biasGradient",
  "clearValues",
  "clipFactor",
  "clippedCrossEntropy",
  "clippedCrossEntropyGradient",
  "conv2d",
  "conv2dFilterGradient",
  "conv2dInputGradient",
  "dense",
  "denseInputGradient",
  "denseKernelGradient",
  "depthwiseConv2d",
  "depthwiseConv2dFilterGradient",
  "depthwiseConv2dInputGradient",
  "dropout",
  "elu",
  "eluGradient",
  "globalAveragePool",
  "globalAveragePoolGradient",
  "maxPool",
  "maxPoolGradient",
  "moveInner",
  "movingAverage",
  "normalizationGradient",
  "normalizationSums",
  "normalize",
  "prepareImages",
  "relu",
  "reluGradient",
  "rmsprop",
  "sgd",
  "softmax",
  "softmaxCrossEntropy",
  "softmaxCrossEntropyGradient",
  "softmaxGradient",
  "sumTerms",
] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];

/** Addresses, counts and factors in the order of the kernel's parameters. */
export type Kernel = (...args: readonly number[]) => void;
export type Kernels = Readonly<Record<KernelName, Kernel>>;

/** @throws PlaygroundError `engine.unavailable` for a module without one of the kernels. */
export function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const entries = KERNEL_NAMES.map((name) => [name, kernelOf(exports, name)] as const);
  return Object.fromEntries(entries) as Record<KernelName, Kernel>;
}

function kernelOf(exports: WebAssembly.Exports, name: KernelName): Kernel {
  const found = exports[name];
  if (typeof found === "function") return found as Kernel;
  throw new PlaygroundError({
    code: "engine.unavailable",
    where: "CPU compiled",
    rule: "the module of kernels is of another version",
    expected: `the kernel ${name}`,
    got: "none of that name",
    remedy: "Build it again with npm run build:kernels, or reload the page.",
  });
}

/** Weight descriptions that several layer types share, with Keras' fans and initialisers. */
import type { Pair } from "../../core/shape.ts";
import type { WeightSpec } from "../weights.ts";

/** `[K, K, in, out]`, with fans as Keras computes them: receptive field times each of the last two axes. */
export function convolutionKernel(
  name: string,
  kernelSize: Pair,
  channelsIn: number,
  channelsOut: number,
): WeightSpec {
  const receptiveField = kernelSize[0] * kernelSize[1];
  return {
    name,
    shape: [kernelSize[0], kernelSize[1], channelsIn, channelsOut],
    trainable: true,
    initializer: {
      kind: "glorot-uniform",
      fanIn: receptiveField * channelsIn,
      fanOut: receptiveField * channelsOut,
    },
  };
}

export function biasVector(length: number): WeightSpec {
  return { name: "bias", shape: [length], trainable: true, initializer: { kind: "zeros" } };
}

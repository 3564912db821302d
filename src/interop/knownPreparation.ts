/** How the networks of Keras Applications expect their images. No file says it; the names in the file often do. */

/** `caffe` and `torch` are the modes of Keras' `preprocess_input`. */
export type KnownPreparation = "bytes" | "symmetric" | "caffe" | "torch";

const BY_NAME: readonly (readonly [RegExp, KnownPreparation])[] = [
  [/efficientnet/i, "bytes"],
  [/xception|mobile_?net|inception|nasnet|resnet\d*_?v2|Conv1_bn/i, "symmetric"],
  [/densenet/i, "torch"],
  [/resnet|vgg/i, "caffe"],
];

/**
 * @param names those of the file, the network and its layers
 * @returns the preparation, and the name that speaks for it; undefined when no name is known
 */
export function knownPreparation(
  names: readonly string[],
): { readonly preparation: KnownPreparation; readonly name: string } | undefined {
  for (const [pattern, preparation] of BY_NAME) {
    const name = names.find((one) => pattern.test(one));
    if (name !== undefined) return { preparation, name };
  }
  return undefined;
}

/**
 * The convolutions that the five documents count, as settings. Each number in the documents is a count of these. `says` lists
 * what a document states wrongly or leaves out.
 */
import type { LabKind } from "./kinds.ts";
import type { ConvolutionSettings } from "./labSettings.ts";

export interface Example {
  readonly id: string;
  /** The button's text. */
  readonly title: string;
  readonly source: string;
  /** One layer, or several where each takes the output of the one before. */
  readonly layers: readonly ConvolutionSettings[];
  /** The kinds that the document compares. */
  readonly kinds: readonly LabKind[];
  /** How the document writes shapes: channels last or first. */
  readonly order: "keras" | "pytorch";
  /** Sentences. */
  readonly says: readonly string[];
}

const PLAIN = {
  stride: 1,
  padding: "valid",
  groups: 1,
  dilation: 1,
  depthMultiplier: 1,
  biases: "none",
} as const;

const NOTEBOOK = "The Fashion-MNIST notebook";
const PYTORCH = "The PyTorch notebook";
const COUNTING = "The parameter-counting notebook";

/** The sizes that the parameter-counting notebook takes. */
const COUNTED = {
  ...PLAIN,
  height: 224,
  width: 224,
  channels: 3,
  kernelSize: 3,
  biases: "output",
} as const;
/** The sizes that the PyTorch notebook takes. */
const GROUPED = {
  ...PLAIN,
  height: 28,
  width: 28,
  channels: 25,
  filters: 50,
  kernelSize: 3,
  padding: "same",
} as const;

const TWO_LAYERS: readonly ConvolutionSettings[] = [
  { ...COUNTED, filters: 32 },
  { ...COUNTED, height: 222, width: 222, channels: 32, filters: 64 },
];

const GROUP_COUNTS = [1, 5, 25];

export const EXAMPLES: readonly Example[] = [
  {
    id: "notebook",
    title: "12×12×3, 256 kernels 5×5",
    source: NOTEBOOK,
    layers: [{ ...PLAIN, height: 12, width: 12, channels: 3, filters: 256, kernelSize: 5 }],
    kinds: ["ordinary", "separable"],
    order: "keras",
    says: [
      "256 outputs of 8×8: 1,228,800 multiplications, against 4,800 depthwise + 49,152 pointwise = 53,952.",
      "In one place the notebook misprints the sum as 52,952.",
    ],
  },
  {
    id: "two-layers",
    title: "224×224×3, two layers",
    source: COUNTING,
    layers: TWO_LAYERS,
    kinds: ["ordinary", "separable"],
    order: "keras",
    says: [
      "Two layers of 3×3 kernels without padding, 32 and then 64 filters, with biases: 19,392 parameters ordinary, 2,555 separable.",
    ],
  },
  {
    id: "three-to-four",
    title: "3 → 4 channels, 3×3",
    source: COUNTING,
    layers: [{ ...COUNTED, filters: 4 }],
    kinds: ["ordinary", "separable"],
    order: "keras",
    says: [
      "112 parameters against 27 + 16 = 43: the 16 of the pointwise half are 12 weights and 4 biases.",
    ],
  },
  {
    id: "separable-2-2",
    title: "SeparableConv2D(2, 2)",
    source: NOTEBOOK,
    layers: [
      { ...PLAIN, height: 8, width: 8, channels: 3, filters: 2, kernelSize: 2, biases: "output" },
    ],
    kinds: ["separable"],
    order: "keras",
    says: [
      "2 filters of 2×2 on a batch of 4 images: (4, 8, 8, 3) becomes (4, 7, 7, 2). The batch changes no parameter.",
    ],
  },
  ...GROUP_COUNTS.map(
    (groups): Example => ({
      id: `groups-${groups}`,
      title: `25 → 50, groups ${groups}`,
      source: PYTORCH,
      layers: [{ ...GROUPED, groups }],
      kinds: ["grouped"],
      order: "pytorch",
      says: [
        groups === 1
          ? "One group is an ordinary convolution: every filter sees all 25 channels."
          : groups === 25
            ? "As many groups as channels: a depthwise convolution with depth multiplier 2."
            : `Each filter sees ${25 / groups} of the 25 channels.`,
        "The output is 1x50x28x28 whatever the groups.",
      ],
    }),
  ),
  {
    id: "depthwise-block",
    title: "DWSConv2d, 2 kernels per layer",
    source: PYTORCH,
    layers: [{ ...GROUPED, depthMultiplier: 2, biases: "both" }],
    kinds: ["ordinary", "separable"],
    order: "pytorch",
    says: [
      "kernels_per_layer is the depth multiplier; both parts have biases, where Keras has them after the second only.",
      "The block takes stride, dilation and groups and ignores them: whatever is given, it computes with 1, 1 and one group a channel.",
    ],
  },
];

export function exampleById(id: string): Example | undefined {
  return EXAMPLES.find((example) => example.id === id);
}

/**
 * The settings of the convolution laboratory: one convolution, a module of towers, a table's range. This is one flat record
 * with its rules and texts, like `settings/fields.ts` for a run. It is independent of what is counted.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { type FieldRules, fromText, whole, wrongValue } from "../../settings/fields.ts";
import type { Padding } from "../../settings/settings.ts";

/** No bias; after the last layer, as in Keras' `SeparableConv2D`; or after every layer, as in PyTorch. */
export type BiasPlace = "none" | "output" | "both";

/** One convolution. Kernels are square; strides and dilation are the same along both axes. */
export interface ConvolutionSettings {
  readonly height: number;
  readonly width: number;
  /** C, the number of input channels. */
  readonly channels: number;
  /** N, the number of output channels. */
  readonly filters: number;
  /** K, the kernel's side. */
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: Padding;
  readonly groups: number;
  readonly dilation: number;
  readonly depthMultiplier: number;
  readonly biases: BiasPlace;
}

export interface LabSettings extends ConvolutionSettings {
  /** Channels of the module between Inception and Xception. */
  readonly moduleChannels: number;
  /** The number of towers, which must divide the number of channels. */
  readonly towers: number;
  readonly tableFrom: number;
  readonly tableTo: number;
  readonly tableStep: number;
  readonly tableKernel: number;
}

export type LabKey = keyof LabSettings;

const count = (label: string, max: number, help: string): FieldRules => ({
  ...whole(1, max),
  label,
  help,
});

/** The maximum values together stay below 2^53 multiplications, so that every count is exact. */
export const LAB_FIELDS: { readonly [K in LabKey]: FieldRules } = {
  height: count("Height H", 1024, "Rows of the input."),
  width: count("Width W", 1024, "Columns of the input."),
  channels: count("Channels C", 4096, "Channels of the input."),
  filters: count("Filters N", 4096, "Channels of the output."),
  kernelSize: count("Kernel K", 15, "Side of the square kernel."),
  stride: count("Stride", 8, "How far the window moves each time, along both axes."),
  padding: {
    kind: "choice",
    label: "Padding",
    help: "Same: zeros around the input, so that stride 1 keeps its size. Valid: none.",
    options: [
      { value: "valid", label: "Valid" },
      { value: "same", label: "Same" },
    ],
  },
  groups: count(
    "Groups",
    4096,
    "For the grouped kind: channels and filters are cut into so many parts that do not see each other.",
  ),
  dilation: count("Dilation", 16, "Distance between the kernel's taps; 1 leaves no gaps."),
  depthMultiplier: count(
    "Depth multiplier",
    64,
    "For the depthwise separable kind: kernels that each channel gets in the depthwise half.",
  ),
  biases: {
    kind: "choice",
    label: "Biases",
    help: "One number added to each output channel: after the last layer as in Keras, or after both halves as in DWSConv2d.",
    options: [
      { value: "none", label: "None" },
      { value: "output", label: "Last layer" },
      { value: "both", label: "Every layer" },
    ],
  },
  moduleChannels: count(
    "Module channels",
    512,
    "Channels that the 1 × 1 convolution gives and the towers share.",
  ),
  towers: count("Towers", 512, "Parts into which the channels are cut; only divisors."),
  tableFrom: count("Table from n", 4096, "First number of filters."),
  tableTo: count("Table to n", 4096, "Last number of filters."),
  tableStep: count("Table step", 4096, "From one row to the next."),
  tableKernel: count("Table kernel k", 15, "Side of the kernel in the table."),
};

export const LAB_KEYS = Object.keys(LAB_FIELDS) as readonly LabKey[];

/** The notebook's example, and the range of the PyTorch notebook's table. */
export const LAB_DEFAULTS: LabSettings = {
  height: 12,
  width: 12,
  channels: 3,
  filters: 256,
  kernelSize: 5,
  stride: 1,
  padding: "valid",
  groups: 1,
  dilation: 1,
  depthMultiplier: 1,
  biases: "none",
  moduleChannels: 24,
  towers: 4,
  tableFrom: 32,
  tableTo: 104,
  tableStep: 8,
  tableKernel: 3,
};

/**
 * Parses one setting from a field or a link.
 * @throws PlaygroundError `setting.invalid`, with `context.setting`.
 */
export function parseLabSetting<K extends LabKey>(key: K, text: string): LabSettings[K] {
  const field = LAB_FIELDS[key];
  const value = fromText(field, text.trim());
  const wrong = wrongValue(field, value);
  if (wrong !== undefined) {
    throw new PlaygroundError({
      code: "setting.invalid",
      where: field.label,
      rule: "the value does not fit",
      ...wrong,
      remedy: "Correct it, or choose an example.",
      context: { setting: key },
    });
  }
  return value as LabSettings[K];
}

/**
 * Converts the `spec` of a golden file to our graph. The names on the left are those of the files (Keras' side), with the
 * defaults of the program that writes them: an absent value is the paper's.
 */
import * as v from "valibot";
import { PlaygroundError } from "../core/errors.ts";
import type { LayerGraph } from "../network/graph.ts";
import { buildEveryAxis } from "../network/networks/everyAxis.ts";
import { buildEveryBranch } from "../network/networks/everyBranch.ts";
import { buildEveryOperation } from "../network/networks/everyOperation.ts";
import { buildEveryPrelu } from "../network/networks/everyPrelu.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import { paperSettings } from "../settings/recipes/paper.ts";
import type { NetworkSettings } from "../settings/settings.ts";

const positive = v.pipe(v.number(), v.integer(), v.minValue(1));

const xceptionSpec = v.strictObject({
  size: v.optional(positive),
  channels: v.optional(positive),
  repeats: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  width: v.optional(v.pipe(v.number(), v.gtValue(0))),
  classes: v.optional(positive),
  kind: v.optional(v.picklist(["separable", "ordinary", "pointwise first"])),
  between: v.optional(v.nullable(v.picklist(["relu", "elu"]))),
  residual: v.optional(v.boolean()),
  depth_multiplier: v.optional(positive),
  stem: v.optional(v.picklist(["same", "valid"])),
  bias: v.optional(v.boolean()),
  residual_bn: v.optional(v.boolean()),
  first_relu: v.optional(v.boolean()),
  relu_before_add: v.optional(v.boolean()),
  exit_filters: v.optional(v.pipe(v.array(positive), v.length(4))),
  exit_relus: v.optional(v.picklist(["after", "before"])),
  final_relu: v.optional(v.boolean()),
  head: v.optional(v.nullable(v.picklist(["softmax", "linear"]))),
  /** The layer behind which it is cut off, with a global average and a new dense layer after it. */
  cut: v.optional(v.string()),
  bn: v.optional(
    v.strictObject({
      momentum: v.optional(v.number()),
      epsilon: v.optional(v.number()),
      scale: v.optional(v.boolean()),
      center: v.optional(v.boolean()),
    }),
  ),
});

const specSchema = v.union([
  v.picklist(["mnist", "general", "prelu", "branches", "axes", "two ordinary", "two separable"]),
  xceptionSpec,
]);

const MNIST = {
  network: "mnist-convnet",
  inputSize: 28,
  inputChannels: 1,
  classes: 10,
  convolution: "ordinary",
} as const;
const TWO_LAYERS = { network: "two-layers", inputSize: 224, inputChannels: 3 } as const;

/**
 * @param spec the `spec` of a model, or the `net` of a trace.
 * @throws PlaygroundError `golden.invalid`
 */
export function goldenGraph(spec: unknown): LayerGraph {
  const parsed = v.safeParse(specSchema, spec);
  if (!parsed.success) {
    throw new PlaygroundError({
      code: "golden.invalid",
      where: "spec",
      rule: "the golden's settings are not understood",
      got: parsed.issues
        .map((issue) => `${v.getDotPath(issue) ?? "spec"}: ${issue.message}`)
        .join("; "),
      remedy: "See the README beside the goldens for the settings a file may have.",
    });
  }
  switch (parsed.output) {
    case "mnist":
      return buildNetwork({ ...paperSettings, ...MNIST });
    case "general":
      return buildEveryOperation();
    case "prelu":
      return buildEveryPrelu();
    case "axes":
      return buildEveryAxis();
    case "branches":
      return buildEveryBranch();
    case "two ordinary":
      return buildNetwork({ ...paperSettings, ...TWO_LAYERS, convolution: "ordinary" });
    case "two separable":
      return buildNetwork({ ...paperSettings, ...TWO_LAYERS, convolution: "separable" });
    default:
      return buildNetwork(xceptionSettings(parsed.output));
  }
}

function xceptionSettings(spec: v.InferOutput<typeof xceptionSpec>): NetworkSettings {
  const paper = paperSettings;
  return {
    ...paper,
    network: "xception",
    inputSize: spec.size ?? paper.inputSize,
    inputChannels: spec.channels ?? paper.inputChannels,
    middleRepeats: spec.repeats ?? paper.middleRepeats,
    width: spec.width ?? paper.width,
    classes: spec.classes ?? paper.classes,
    convolution:
      spec.kind === "pointwise first" ? "pointwise-first" : (spec.kind ?? paper.convolution),
    intermediateActivation: spec.between ?? "none",
    residual: spec.residual ?? paper.residual,
    depthMultiplier: spec.depth_multiplier ?? paper.depthMultiplier,
    stemPadding: spec.stem ?? paper.stemPadding,
    poolPadding: paper.poolPadding,
    bias: spec.bias ?? paper.bias,
    residualBatchNorm: spec.residual_bn ?? paper.residualBatchNorm,
    reluFirst: spec.first_relu ?? paper.reluFirst,
    reluBeforeAdd: spec.relu_before_add ?? paper.reluBeforeAdd,
    exitFilters: spec.exit_filters ?? paper.exitFilters,
    exitReluPosition: spec.exit_relus ?? paper.exitReluPosition,
    finalRelu: spec.final_relu ?? paper.finalRelu,
    head: spec.head === null ? "linear" : (spec.head ?? paper.head),
    batchNormMomentum: spec.bn?.momentum ?? paper.batchNormMomentum,
    batchNormEpsilon: spec.bn?.epsilon ?? paper.batchNormEpsilon,
    batchNormScale: spec.bn?.scale ?? paper.batchNormScale,
    batchNormCenter: spec.bn?.center ?? paper.batchNormCenter,
    cutLayer: spec.cut ?? paper.cutLayer,
  };
}

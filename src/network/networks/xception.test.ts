import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PlaygroundError } from "../../core/errors.ts";
import { greatestOf } from "../../core/numbers.ts";
import { sizeOf } from "../../core/shape.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { paperSettings } from "../../settings/recipes/paper.ts";
import type { NetworkSettings } from "../../settings/settings.ts";
import { twinOf } from "../../settings/twin.ts";
import { analyze } from "../analyze.ts";
import { initialWeights } from "../initialize.ts";
import { trainingMemoryBytes } from "../memory.ts";
import { networkWeights } from "../networkWeights.ts";
import { buildXception, scaledFilters } from "./xception.ts";

const tiny: NetworkSettings = { ...oneMinute.settings, width: 0.125 };

const settingsArbitrary: fc.Arbitrary<NetworkSettings> = fc.record({
  network: fc.constant("xception"),
  inputSize: fc.integer({ min: 28, max: 120 }),
  inputChannels: fc.constantFrom(1, 3),
  classes: fc.integer({ min: 1, max: 20 }),
  middleRepeats: fc.integer({ min: 0, max: 3 }),
  width: fc.constantFrom(0.125, 0.25, 0.3, 1),
  depthMultiplier: fc.integer({ min: 1, max: 3 }),
  convolution: fc.constantFrom("separable", "ordinary", "pointwise-first"),
  intermediateActivation: fc.constantFrom("none", "relu", "elu"),
  residual: fc.boolean(),
  stemPadding: fc.constantFrom("same", "valid"),
  poolPadding: fc.constantFrom("same", "symmetric"),
  bias: fc.boolean(),
  residualBatchNorm: fc.boolean(),
  reluFirst: fc.boolean(),
  reluBeforeAdd: fc.boolean(),
  exitFilters: fc.constant([728, 1024, 1536, 2048]),
  exitReluPosition: fc.constantFrom("after", "before"),
  finalRelu: fc.boolean(),
  head: fc.constantFrom("softmax", "linear"),
  batchNormMomentum: fc.constant(0.9),
  batchNormEpsilon: fc.constant(0.001),
  batchNormScale: fc.boolean(),
  batchNormCenter: fc.boolean(),
  cutLayer: fc.constant("none"),
  headPooling: fc.constant("average"),
  headDropout: fc.constant(0),
});

describe("Xception from settings", () => {
  test("every combination of settings gives a network whose branches fit together", () => {
    fc.assert(
      fc.property(settingsArbitrary, (settings) => {
        const analysis = analyze(buildXception(settings));
        expect(analysis.layers.at(-1)?.shape).toEqual([settings.classes]);
        expect(analysis.trainableParams).toBeLessThanOrEqual(analysis.params);
        expect(analysis.macs).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  test("filters go to the nearest multiple of 8, halves up, and never below 8", () => {
    expect([32, 64, 128, 256, 728, 1024].map((filters) => scaledFilters(filters, 0.25))).toEqual([
      8, 16, 32, 64, 184, 256,
    ]);
    expect(scaledFilters(728, 0.5)).toBe(368);
    expect(scaledFilters(32, 0.125)).toBe(8);
    expect(scaledFilters(729, 1)).toBe(729);
  });

  test("an input too small for the network names the layer and the control", () => {
    try {
      analyze(buildXception({ ...tiny, inputSize: 4, stemPadding: "valid" }));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(PlaygroundError);
      expect(error).toMatchObject({
        code: "network.window-too-large",
        context: { layer: "block1_conv2", setting: "inputSize" },
        message:
          "block1_conv2: the 3x3 window does not fit its input; expected height and width of at least 3x3, got 1x1. Give the network larger images.",
      });
    }
  });

  test("the twin differs in its convolutions alone, and is its own twin's twin", () => {
    expect(twinOf(twinOf(tiny))).toEqual(tiny);
    const [mine, twin] = [tiny, twinOf(tiny)].map((settings) => analyze(buildXception(settings)));
    expect(twin?.params).toBeGreaterThan(mine?.params ?? Number.POSITIVE_INFINITY);
    expect(twin?.layers.map((layer) => layer.shape)).toEqual(
      mine?.layers.map((layer) => layer.shape),
    );
  });

  test("multiplications are those of the separable formula", () => {
    const { layers } = analyze(
      buildXception({ ...paperSettings, inputSize: 94, stemPadding: "same" }),
    );
    const macs = layers.find(({ layer }) => layer.name === "block2_sepconv1")?.macs;
    expect(macs).toBe(47 * 47 * (9 * 64 + 64 * 128));
  });

  test("weights start as Keras' initialisers say, the same for the same seed, layer by layer", () => {
    const graph = buildXception(tiny);
    const [first, again, other] = [
      initialWeights(graph, 1),
      initialWeights(graph, 1),
      initialWeights(graph, 2),
    ];
    expect(first).toEqual(again);
    const path = "block2_sepconv1/pointwise_kernel";
    expect(first.get(path)).not.toEqual(other.get(path));
    const limit = Math.sqrt(6 / (8 + 16));
    expect(greatestOf(first.get(path) ?? [])).toBeLessThanOrEqual(limit);
    expect(greatestOf(first.get(path) ?? [])).toBeGreaterThan(0.8 * limit);
    expect(first.get("block1_conv1_bn/moving_variance")).toEqual(new Float32Array(8).fill(1));
    const deeper = initialWeights(buildXception({ ...tiny, middleRepeats: 1 }), 1);
    expect(deeper.get(path)).toEqual(first.get(path));
  });

  test("weights have paths and shapes for all parameters, and the first layers freeze", () => {
    const graph = buildXception(tiny);
    const weights = networkWeights(graph, 4);
    expect(weights.reduce((total, weight) => total + sizeOf(weight.shape), 0)).toBe(
      analyze(graph).params,
    );
    expect(weights.filter((weight) => weight.frozen).map((weight) => weight.path)).toEqual([
      "block1_conv1/kernel",
      "block1_conv1_bn/gamma",
      "block1_conv1_bn/beta",
      "block1_conv1_bn/moving_mean",
      "block1_conv1_bn/moving_variance",
    ]);
  });

  test("training memory grows with the batch and with the optimiser's state", () => {
    const analysis = analyze(buildXception(tiny));
    const bytes = (batchSize: number, optimizer: "adam" | "sgd") =>
      trainingMemoryBytes(analysis, { batchSize, optimizer });
    expect(bytes(2, "adam") - bytes(1, "adam")).toBe(bytes(3, "adam") - bytes(2, "adam"));
    expect(bytes(1, "adam") - bytes(1, "sgd")).toBe(4 * analysis.trainableParams);
  });
});

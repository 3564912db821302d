/**
 * Every backward step against central finite differences in float64. Each case is a network that ends in the
 * loss and begins with a trained convolution, so that the gradient of the operation's input is checked
 * by the weights before it.
 */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { greatestOf } from "../../core/numbers.ts";
import { randomStream } from "../../core/random.ts";
import type { MapShape, Pair } from "../../core/shape.ts";
import { EVERY_ACTIVATION } from "../../formulas/activations/everyActivation.ts";
import type { LayerGraph } from "../../network/graph.ts";
import { createBuilder } from "../../network/networks/builder.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
import { planOptions } from "../../plan/planCases.ts";
import type { Padding, PoolPadding } from "../../settings/settings.ts";
import { ReferenceProgram } from "./referenceProgram.ts";

const STEP = 1e-5;
const PLACES_PER_WEIGHT = 10;
/** Gradients smaller than this are rounding: a bias before batch normalisation has none. */
const NO_GRADIENT = 1e-4;

/** The largest distance between gradient and difference quotient, relative to the weight's own gradient. */
function worstDeviation(
  graph: LayerGraph,
  changes: { batchSize?: number; labelSmoothing?: number; frozenLayers?: number } = {},
): number {
  const plan = compilePlan(planOptions(graph, changes));
  const machine = new ReferenceProgram(plan);
  const random = randomStream(7, graph.name);
  for (const { value, path } of plan.parameters) {
    // Variances and scales away from zero.
    const offset = /variance|gamma/.test(path) ? 1.2 : 0;
    for (const [at] of machine.values(value).entries())
      machine.values(value)[at] = offset + random.nextFloat() - 0.5;
  }
  const images = machine.values(plan.inputs.images);
  for (const [at] of images.entries()) images[at] = 2 * random.nextFloat() - 1;
  for (let image = 0; image < plan.batchSize; image += 1)
    machine.values(plan.inputs.labels)[image] = random.nextInteger(plan.numClasses);

  const loss = () => {
    machine.run("training", ["forward"]);
    const losses = machine.values(plan.programs.training.results.imageLoss);
    return losses.reduce((sum, value) => sum + value, 0) / losses.length;
  };
  machine.run("training", ["forward", "backward"]);
  const deviations = plan.parameters.map(({ value, gradient }) => {
    if (gradient === undefined) return 0;
    const values = machine.values(value);
    const gradients = Float64Array.from(machine.values(gradient));
    let [distance, size] = [0, 0];
    for (let sample = 0; sample < Math.min(PLACES_PER_WEIGHT, values.length); sample += 1) {
      const at = values.length <= PLACES_PER_WEIGHT ? sample : random.nextInteger(values.length);
      const before = values[at] ?? Number.NaN;
      values[at] = before + STEP;
      const above = loss();
      values[at] = before - STEP;
      const quotient = (above - loss()) / (2 * STEP);
      values[at] = before;
      distance += (quotient - (gradients[at] ?? Number.NaN)) ** 2;
      size += quotient ** 2;
    }
    return Math.sqrt(distance) / Math.max(Math.sqrt(size), NO_GRADIENT);
  });
  return deviations.some(Number.isNaN) ? Number.NaN : greatestOf(deviations);
}

type Net = ReturnType<typeof createBuilder>;

/** input -> trained 1x1 convolution -> what is to be checked -> dense -> cross-entropy. */
function around(
  name: string,
  shape: MapShape,
  channels: number,
  build: (net: Net, x: string) => string,
  head: "softmax" | "none" = "softmax",
): LayerGraph {
  const net = createBuilder(name);
  const first = net.conv2d(net.input("input", shape), "first", {
    filters: channels,
    kernelSize: [1, 1],
  });
  const last = build(net, first);
  if (head === "softmax") net.dense(net.flatten(last, "flat"), "predictions", 3, "softmax");
  return net.finish();
}

const side = fc.integer({ min: 4, max: 7 });
const pair = (min: number, max: number): fc.Arbitrary<Pair> =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
const channelCount = fc.constantFrom(1, 2, 3, 5);
const window = fc.record({
  shape: fc.tuple(side, side, fc.constantFrom(1, 2)),
  channels: channelCount,
  kernelSize: pair(1, 3),
  strides: pair(1, 2),
  padding: fc.constantFrom<Padding>("same", "valid"),
  batchSize: fc.constantFrom(1, 3),
});
const RUNS = { numRuns: 12, seed: 20_16 };
const WITHIN = 1e-5;

describe("gradients agree with finite differences", () => {
  test("of convolutions of any size, stride, padding, groups and dilation", () => {
    fc.assert(
      fc.property(window, fc.constantFrom(1, 2, 3), fc.boolean(), (given, groups, dilated) => {
        const { shape, channels, batchSize, ...rest } = given;
        const graph = around("conv2d", shape, channels * groups, (net, x) =>
          net.conv2d(x, "conv", {
            ...rest,
            groups,
            filters: groups * 3,
            strides: dilated ? [1, 1] : rest.strides,
            dilationRate: dilated && rest.padding === "same" ? [2, 2] : [1, 1],
          }),
        );
        expect(worstDeviation(graph, { batchSize })).toBeLessThan(WITHIN);
      }),
      RUNS,
    );
  });

  test("of depthwise and separable convolutions with any multiplier", () => {
    fc.assert(
      fc.property(window, fc.constantFrom(1, 2, 3), (given, depthMultiplier) => {
        const { shape, channels, batchSize, ...rest } = given;
        const depthwise = around("depthwise", shape, channels, (net, x) =>
          net.depthwiseConv2d(x, "conv", { ...rest, depthMultiplier }),
        );
        const separable = around("separable", shape, channels, (net, x) =>
          net.separableConv2d(x, "conv", { ...rest, depthMultiplier, filters: 5 }),
        );
        expect(worstDeviation(depthwise, { batchSize })).toBeLessThan(WITHIN);
        expect(worstDeviation(separable, { batchSize })).toBeLessThan(WITHIN);
      }),
      RUNS,
    );
  });

  test("of pools with every padding", () => {
    fc.assert(
      fc.property(
        window,
        fc.constantFrom<PoolPadding | "valid">("same", "symmetric", "valid"),
        (given, padding) => {
          const { shape, channels, batchSize, kernelSize: poolSize, strides } = given;
          for (const type of ["MaxPooling2D", "AveragePooling2D"] as const) {
            const graph = around(type, shape, channels, (net, x) =>
              net.pooling(x, "pool", type, { poolSize, strides, padding }),
            );
            expect(worstDeviation(graph, { batchSize })).toBeLessThan(WITHIN);
          }
        },
      ),
      RUNS,
    );
  });

  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])("of batch normalisation (scale %s, centre %s)", (scale, center) => {
    const graph = around("norm", [5, 3, 2], 5, (net, x) =>
      net.batchNormalization(x, "bn", { scale, center, epsilon: 0.01 }),
    );
    expect(worstDeviation(graph, { batchSize: 3 })).toBeLessThan(WITHIN);
  });

  test.each([...EVERY_ACTIVATION, "softmax", "linear"] as const)("of %j", (activation) => {
    const graph = around("activation", [5, 3, 2], 3, (net, x) =>
      net.activation(x, "act", activation),
    );
    expect(worstDeviation(graph)).toBeLessThan(WITHIN);
  });

  test.each([[], [1], [1, 2], [1, 2, 3]])("of PReLU that shares the axes %j", (...sharedAxes) => {
    const graph = around("prelu", [5, 3, 2], 3, (net, x) => net.prelu(x, "prelu", { sharedAxes }));
    expect(worstDeviation(graph, { batchSize: 3 })).toBeLessThan(WITHIN);
  });

  test.each(["nearest", "bilinear", "bilinear-corners"] as const)("of enlarging, %s", (kind) => {
    const graph = around("enlarged", [4, 3, 2], 3, (net, x) =>
      net.upSampling2d(x, "up", [2, 3], kind),
    );
    expect(worstDeviation(graph, { batchSize: 3 })).toBeLessThan(WITHIN);
  });

  test("of products and of tensors put together along each axis", () => {
    const graph = around("branches", [4, 3, 2], 4, (net, x) => {
      const small = net.conv2d(x, "small", { filters: 6, kernelSize: [1, 1] });
      const gate = net.reshape(net.globalAveragePooling2d(x, "gap"), "gate", [1, 1, 4]);
      const spot = net.conv2d(x, "spot", { filters: 1, kernelSize: [1, 1] });
      const product = net.multiply("product", gate, x, spot, x);
      const wide = net.concatenate("wide", 3, product, small, x);
      const long = net.concatenate("long", 2, wide, wide);
      return net.concatenate("tall", 1, long, long);
    });
    expect(worstDeviation(graph, { batchSize: 2 })).toBeLessThan(WITHIN);
  });

  test.each([
    [2, 1, 3],
    [1, 3, 2],
    [3, 1, 2],
    [2, 3, 1],
    [3, 2, 1],
  ] as const)("of axes in the order %s, %s, %s", (...dims) => {
    const graph = around("permuted", [4, 3, 2], 5, (net, x) => {
      const turned = net.permute(x, "turned", dims);
      return net.conv2d(turned, "mixed", { filters: 3, kernelSize: [1, 1], activation: "elu" });
    });
    expect(worstDeviation(graph, { batchSize: 2 })).toBeLessThan(WITHIN);
  });

  test.each([
    { axis: [3], scale: true, center: true },
    { axis: [2, 3], scale: true, center: false },
    { axis: [1, 2, 3], scale: false, center: true },
  ])("of layer normalisation along $axis", ({ axis, ...given }) => {
    const graph = around("layer-norm", [4, 3, 2], 5, (net, x) => {
      const mixed = net.conv2d(x, "mixed", { filters: 4, kernelSize: [2, 2], activation: "elu" });
      return net.layerNormalization(mixed, "norm", axis, given);
    });
    expect(worstDeviation(graph, { batchSize: 3 })).toBeLessThan(WITHIN);
  });

  test("of the logarithm of a softmax", () => {
    const graph = around("log-softmax", [4, 3, 2], 5, (net, x) =>
      net.activation(x, "act", "log_softmax"),
    );
    expect(worstDeviation(graph, { batchSize: 2 })).toBeLessThan(WITHIN);
  });

  test("of an activation inside a convolution and a dense layer", () => {
    const graph = around("inside", [5, 3, 2], 3, (net, x) =>
      net.dense(
        net.flatten(
          net.conv2d(x, "conv", { filters: 3, kernelSize: [3, 3], activation: "elu" }),
          "inner",
        ),
        "dense",
        7,
        "relu",
      ),
    );
    expect(worstDeviation(graph)).toBeLessThan(WITHIN);
  });

  test("of zero padding, global average pooling and dropout", () => {
    const graph = around("others", [5, 3, 2], 6, (net, x) => {
      const padded = net.zeroPadding2d(x, "pad", [
        [1, 2],
        [0, 3],
      ]);
      const mixed = net.conv2d(net.dropout(padded, "drop", 0.4), "mix", {
        filters: 4,
        kernelSize: [3, 3],
      });
      return net.dropout(net.globalAveragePooling2d(mixed, "gap"), "drop2", 0.2);
    });
    expect(worstDeviation(graph, { batchSize: 3 })).toBeLessThan(WITHIN);
  });

  test("of a tensor that several branches read, one of them twice", () => {
    const graph = around("branches", [5, 5, 1], 3, (net, x) => {
      const a = net.conv2d(x, "a", { filters: 3, kernelSize: [3, 3], padding: "same" });
      const b = net.activation(x, "b", "elu");
      const sum = net.add("sum", a, x, b, x);
      return net.add("again", net.depthwiseConv2d(sum, "c", { kernelSize: [1, 1] }), sum);
    });
    expect(worstDeviation(graph)).toBeLessThan(WITHIN);
  });

  test.each([0, 0.1])("of the loss from logits with smoothing %s", (labelSmoothing) => {
    const graph = around("logits", [3, 3, 1], 2, (_net, x) => x);
    expect(worstDeviation(graph, { labelSmoothing })).toBeLessThan(WITHIN);
  });

  test.each([0, 0.1])("of the loss from probabilities with smoothing %s", (labelSmoothing) => {
    // Averages of what ReLU lets through: positive, with sums that vary.
    const averages = (net: Net, x: string) =>
      net.globalAveragePooling2d(net.activation(x, "act", "relu"), "avg_pool");
    const graph = around("probabilities", [5, 5, 2], 3, averages, "none");
    expect(worstDeviation(graph, { labelSmoothing, batchSize: 5 })).toBeLessThan(WITHIN);
  });

  test("of what is trained above frozen layers", () => {
    const graph = around("frozen", [5, 5, 1], 3, (net, x) => {
      const frozen = net.batchNormalization(x, "frozen_bn");
      return net.batchNormalization(
        net.separableConv2d(frozen, "conv", { filters: 3, kernelSize: [3, 3] }),
        "bn",
      );
    });
    expect(worstDeviation(graph, { frozenLayers: 3, batchSize: 3 })).toBeLessThan(WITHIN);
  });
});

import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Layer, LayerGraph } from "../network/graph.ts";
import { createBuilder } from "../network/networks/builder.ts";
import { buildXception } from "../network/networks/xception.ts";
import { oneMinute } from "../settings/recipes/oneMinute.ts";
import { toLayersModel } from "./toLayersModel.ts";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** Builds a network with one layer between the input and a flat output. */
function around(shape: readonly [number, number, number], layer: Layer): LayerGraph {
  const net = createBuilder("one-layer");
  net.input("input", shape);
  const { layers } = net.finish();
  return {
    name: "one-layer",
    layers: [...layers, layer, { type: "Flatten", name: "flat", inputs: [layer.name] }],
  };
}

function output(graph: LayerGraph, values: readonly number[]): number[] {
  const shape =
    graph.layers[0]?.type === "InputLayer" ? graph.layers[0].shape : ([1, 1, 1] as const);
  const bridged = toLayersModel(graph);
  const result = Array.from(bridged.predict(tf.tensor4d([...values], [1, ...shape])).dataSync());
  bridged.dispose();
  return result;
}

function inputGradient(graph: LayerGraph, side: number): number[] {
  const bridged = toLayersModel(graph);
  const gradient = tf.grad((x) => bridged.forward(x.as4D(1, side, side, 1), true).sum())(
    tf.ones([1, side, side, 1]),
  );
  bridged.dispose();
  return Array.from(gradient.dataSync());
}

describe("the model", () => {
  test("has the graph's layers under their names, and every weight under Keras' path and shape", () => {
    const graph = buildXception({ ...oneMinute.settings, width: 0.125 });
    const { model, weights, dispose } = toLayersModel(graph);
    expect(new Set(model.layers.map(({ name }) => name))).toEqual(
      new Set(graph.layers.map(({ name }) => name)),
    );
    expect(weights[0]?.spec.path).toBe("block1_conv1/kernel");
    expect(weights.at(-1)?.spec.path).toBe("predictions/bias");
    for (const { spec, variable } of weights) expect(variable.shape).toEqual(spec.shape);
    expect(model.countParams()).toBe(weights.reduce((sum, { variable }) => sum + variable.size, 0));
    dispose();
  });

  test("gives logits when asked to go forward and probabilities when asked to predict", () => {
    const net = createBuilder("head");
    net.dense(net.flatten(net.input("input", [1, 1, 2]), "flat"), "head", 3, "softmax");
    const bridged = toLayersModel(net.finish());
    bridged.weights[0]?.variable.assign(
      tf.tensor2d([
        [1, 0, 2],
        [0, 3, 1],
      ]),
    );
    const x = tf.tensor4d([1, 1], [1, 1, 1, 2]);
    expect(Array.from(bridged.forward(x, false).dataSync())).toEqual([1, 3, 3]);
    expect(bridged.predict(x).sum().dataSync()[0]).toBeCloseTo(1, 6);
    expect(bridged.head).toBe("softmax");
    bridged.dispose();
  });

  test("names the layer that TensorFlow.js cannot train", () => {
    const net = createBuilder("dilated");
    const x = net.depthwiseConv2d(net.input("input", [9, 9, 2]), "wide", {
      kernelSize: [3, 3],
      dilationRate: [2, 2],
    });
    net.dense(net.flatten(x, "flat"), "head", 2, "softmax");
    expect(() => toLayersModel(net.finish())).toThrowError(
      expect.objectContaining({
        code: "engine.unsupported",
        context: expect.objectContaining({ layer: "wide" }),
      }),
    );
  });
});

describe("symmetric pooling", () => {
  const pool = {
    name: "pool",
    inputs: ["input"],
    poolSize: [3, 3],
    strides: [2, 2],
    padding: "symmetric",
  } as const;
  const negatives = [-1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12, -13, -14, -15, -16];

  test("takes the maximum of the places inside the image, even where all are negative", () => {
    expect(output(around([4, 4, 1], { ...pool, type: "MaxPooling2D" }), negatives)).toEqual([
      -1, -2, -5, -6,
    ]);
  });

  test("averages over the whole window, padded zeros included", () => {
    const averages = output(around([4, 4, 1], { ...pool, type: "AveragePooling2D" }), negatives);
    const sums = [-1 - 2 - 5 - 6, -2 - 3 - 4 - 6 - 7 - 8, -5 - 6 - 9 - 10 - 13 - 14, -99];
    const expected = sums.map((sum) => sum / 9);
    for (const [index, value] of averages.entries())
      expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 5);
  });

  test("sends the gradient of a maximum to its place", () => {
    const graph = around([4, 4, 1], { ...pool, type: "MaxPooling2D" });
    const bridged = toLayersModel(graph);
    const gradient = tf.grad((x) => bridged.forward(x.as4D(1, 4, 4, 1), true).sum())(
      tf.tensor4d(negatives, [1, 4, 4, 1]),
    );
    expect(Array.from(gradient.dataSync())).toEqual([
      1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
    bridged.dispose();
  });
});

test("average pooling with same padding shares its gradient among the places inside the image", () => {
  const layer: Layer = {
    type: "AveragePooling2D",
    name: "pool",
    inputs: ["input"],
    poolSize: [2, 2],
    strides: [2, 2],
    padding: "same",
  };
  expect(inputGradient(around([3, 3, 1], layer), 3)).toEqual([
    0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 1,
  ]);
});

test("a dilated, grouped convolution gives hand-computed numbers", () => {
  const layer: Layer = {
    type: "Conv2D",
    name: "conv",
    inputs: ["input"],
    filters: 2,
    kernelSize: [1, 2],
    strides: [1, 1],
    padding: "valid",
    dilationRate: [1, 2],
    groups: 2,
    useBias: false,
    activation: "linear",
  };
  const bridged = toLayersModel(around([1, 3, 2], layer));
  bridged.weights[0]?.variable.assign(tf.tensor4d([1, 10, 100, 1000], [1, 2, 1, 2]));
  // Channels (1, 3, 5) and (2, 4, 6): 1*1 + 5*100 and 2*10 + 6*1000.
  expect(
    Array.from(bridged.predict(tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 1, 3, 2])).dataSync()),
  ).toEqual([501, 6020]);
  bridged.dispose();
});

describe("dropout", () => {
  const layer: Layer = { type: "Dropout", name: "drop", inputs: ["input"], rate: 0.5 };
  const masks = (step: number, training: boolean) => {
    const bridged = toLayersModel(around([8, 8, 1], layer), { seed: 5 });
    bridged.clock.step = step;
    const values = Array.from(bridged.forward(tf.ones([1, 8, 8, 1]), training).dataSync());
    bridged.dispose();
    return values;
  };

  test("draws another mask in every step and the same one in the same step", () => {
    expect(masks(3, true)).toEqual(masks(3, true));
    expect(masks(4, true)).not.toEqual(masks(3, true));
    expect(new Set(masks(3, true))).toEqual(new Set([0, 2]));
  });

  test("does nothing in inference", () => {
    expect(new Set(masks(3, false))).toEqual(new Set([1]));
  });
});

describe("batch normalisation", () => {
  const layer = {
    type: "BatchNormalization",
    name: "bn",
    inputs: ["input"],
    momentum: 0.75,
    epsilon: 0,
  } as const;
  const values = [1, 2, 3, 6];

  test("trains without scale and without centre, and moves its statistics as Keras does", () => {
    for (const [scale, center] of [
      [false, true],
      [true, false],
      [false, false],
    ] as const) {
      const bridged = toLayersModel(around([2, 2, 1], { ...layer, scale, center }));
      const result = bridged.forward(tf.tensor4d(values, [1, 2, 2, 1]), true);
      const deviation = Math.sqrt(3.5);
      for (const [index, value] of Array.from(result.dataSync()).entries()) {
        expect(value).toBeCloseTo(((values[index] ?? 0) - 3) / deviation, 5);
      }
      const [mean, variance] = bridged.weights
        .slice(-2)
        .map(({ variable }) => variable.dataSync()[0]);
      expect(mean).toBeCloseTo(0.25 * 3, 6);
      expect(variance).toBeCloseTo(0.75 + 0.25 * 3.5, 6);
      bridged.dispose();
    }
  });

  test("runs in inference mode and keeps its statistics where it is frozen", () => {
    const bridged = toLayersModel(around([2, 2, 1], { ...layer, scale: true, center: true }), {
      frozenLayers: 2,
    });
    expect(Array.from(bridged.forward(tf.tensor4d(values, [1, 2, 2, 1]), true).dataSync())).toEqual(
      values,
    );
    expect(bridged.weights.map(({ variable }) => variable.dataSync()[0])).toEqual([1, 0, 0, 1]);
    bridged.dispose();
  });
});

test("names that TensorFlow.js refuses are replaced there, and stay in the paths of the weights", () => {
  const net = createBuilder("names");
  const input = net.input("/input:0", [1, 1, 2]);
  net.dense(net.flatten(input, "/flat:0"), "/classes/Gemm", 2);
  const graph = net.finish();
  expect(output(graph, [1, 2])).toHaveLength(2);
  const bridged = toLayersModel(graph);
  expect(bridged.weights.map(({ spec }) => spec.path)).toEqual([
    "/classes/Gemm/kernel",
    "/classes/Gemm/bias",
  ]);
  bridged.dispose();
});

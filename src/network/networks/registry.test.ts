import { describe, expect, test } from "vitest";
import { PlaygroundError } from "../../core/errors.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { paperSettings } from "../../settings/recipes/paper.ts";
import type { Settings } from "../../settings/settings.ts";
import { twinOf } from "../../settings/twin.ts";
import { analyze } from "../analyze.ts";
import { buildNetwork } from "./registry.ts";

const mnist: Settings = {
  ...oneMinute.settings,
  network: "mnist-convnet",
  inputSize: 28,
  convolution: "ordinary",
};

const reproductionV1: Settings = {
  ...paperSettings,
  network: "reproduction-v1",
  inputSize: 259,
  stemPadding: "same",
};

function faultOf(settings: Settings): PlaygroundError {
  try {
    analyze(buildNetwork(settings));
  } catch (error) {
    if (error instanceof PlaygroundError) return error;
    throw error;
  }
  throw new Error("the network fits together");
}

describe("the network of the settings", () => {
  test.each(["separable", "ordinary", "pointwise-first"] as const)(
    "the MNIST ConvNet ends in the classes that are set, with its second convolution %s",
    (convolution) => {
      const settings: Settings = { ...mnist, convolution, inputSize: 40, classes: 7 };
      const analysis = analyze(buildNetwork(settings));
      expect(analysis.layers.at(-1)?.shape).toEqual([7]);
      expect(analysis.layers.find(({ layer }) => layer.type === "Flatten")?.shape).toEqual([
        18 * 18 * 64,
      ]);
    },
  );

  test("the MNIST ConvNet's twin has the same shapes and 320 parameters in its first convolution", () => {
    const [own, twin] = [mnist, twinOf(mnist)].map((settings) => analyze(buildNetwork(settings)));
    expect(own?.params).toBe(1_199_882);
    expect(twin?.params).toBe(1_199_882 - 18_496 + (9 * 32 + 32 * 64 + 64));
    expect(twin?.layers.find(({ layer }) => layer.name === "conv2d")?.params).toBe(320);
    expect(twin?.layers.at(-1)?.shape).toEqual(own?.layers.at(-1)?.shape);
  });

  test("two layers take their input from the settings and are each other's twins", () => {
    const settings: Settings = { ...paperSettings, network: "two-layers", inputSize: 224 };
    const [separable, ordinary] = [settings, twinOf(settings)].map((each) =>
      analyze(buildNetwork(each)),
    );
    expect(separable?.params).toBe(2_555);
    expect(ordinary?.params).toBe(19_392);
    expect(separable?.layers.map(({ shape }) => shape)).toEqual([
      [224, 224, 3],
      [222, 222, 32],
      [220, 220, 64],
    ]);
  });

  test("pointwise first means that the 1x1 half comes before the 3x3 half", () => {
    const settings: Settings = { ...paperSettings, network: "two-layers" };
    const names = (convolution: Settings["convolution"]) =>
      buildNetwork({ ...settings, convolution, intermediateActivation: "relu" }).layers.map(
        ({ name }) => name.replace("separable_conv2d_", ""),
      );
    expect(names("pointwise-first").slice(1, 4)).toEqual(["pointwise", "between", "depthwise"]);
    expect(names("separable").slice(1, 4)).toEqual(["depthwise", "between", "pointwise"]);
  });

  test("the reproduction's first network is refused: one error names both layers and both shapes", () => {
    const fault = faultOf(reproductionV1);
    expect(fault.code).toBe("network.shape-mismatch");
    expect(fault.context.layer).toBe("block4_add");
    for (const part of ["block4_pool", "16x16x728", "block4_residual_conv", "17x17x758"])
      expect(fault.message).toContain(part);
  });

  test("what clashes in the reproduction's first network follows from the input size", () => {
    const fault = faultOf({ ...reproductionV1, inputSize: 299 });
    expect(fault.message).toContain("18x18x728");
    expect(fault.message).toContain("19x19x758");
  });

  test("without shortcuts the reproduction's first network has nothing left to clash", () => {
    const { layers } = analyze(buildNetwork({ ...reproductionV1, residual: false }));
    expect(layers.find(({ layer }) => layer.name === "block5_sepconv1")?.shape).toEqual([
      16, 16, 758,
    ]);
  });
});

import { afterEach, describe, expect, test } from "vitest";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Settings } from "../../settings/settings.ts";
import { twinOf } from "../../settings/twin.ts";
import { analyze } from "../analyze.ts";
import type { Layer, LayerGraph } from "../graph.ts";
import { hasTwin, openNetwork } from "./opened.ts";
import { openedNetworks } from "./openedNetworks.ts";
import { buildNetwork } from "./registry.ts";

const WINDOW = { strides: [1, 1], padding: "same", dilationRate: [1, 1], useBias: true } as const;

function graphOf(...middle: readonly Layer[]): LayerGraph {
  const last = middle.at(-1)?.name ?? "input";
  return {
    name: "stranger",
    layers: [
      { type: "InputLayer", name: "input", inputs: [], shape: [8, 8, 3] },
      ...middle,
      { type: "GlobalAveragePooling2D", name: "average", inputs: [last] },
      {
        ...{ type: "Dense", name: "classes", inputs: ["average"] },
        ...{ units: 10, activation: "softmax", useBias: true },
      },
    ],
  };
}

const separable: Layer = {
  ...{ ...WINDOW, type: "SeparableConv2D", name: "conv", inputs: ["input"] },
  ...{ kernelSize: [3, 3], filters: 5, depthMultiplier: 1 },
};
const ordinary: Layer = {
  ...{ ...WINDOW, type: "Conv2D", name: "conv", inputs: ["input"] },
  ...{ kernelSize: [3, 3], filters: 5, groups: 1, activation: "relu" },
};
const pointwise: Layer = { ...ordinary, kernelSize: [1, 1] };

function settingsFor(graph: LayerGraph, changes: Partial<Settings> = {}): Settings {
  const network = openNetwork("stranger.h5", graph);
  return { ...oneMinute.settings, network, classes: 10, ...changes };
}

afterEach(() => openedNetworks.clear());

describe("the network of an opened model", () => {
  test("is the file's own, as long as its classes and its kind of convolution are asked for", () => {
    expect(buildNetwork(settingsFor(graphOf(separable), { convolution: "separable" }))).toEqual(
      graphOf(separable),
    );
  });

  test("has the same name for the same layers and another one for others", () => {
    const names = [separable, separable, ordinary].map((layer) => openNetwork("", graphOf(layer)));
    expect(names[0]).toBe(names[1]);
    expect(names[0]).not.toBe(names[2]);
  });

  test("gets a head of as many units as the data has classes", () => {
    const settings = settingsFor(graphOf(separable), { classes: 4, convolution: "separable" });
    expect(analyze(buildNetwork(settings)).layers.at(-1)?.shape).toEqual([4]);
  });

  test("ends in a convolution as well as in a dense layer", () => {
    const { layers } = graphOf(ordinary);
    const graph = { name: "a", layers: layers.slice(0, -1) };
    const settings = settingsFor(graph, { classes: 7, convolution: "ordinary" });
    expect(analyze(buildNetwork(settings)).layers.at(-1)?.shape).toEqual([7]);
  });

  test("has a twin with the other kind of convolution, with weights of the same shapes elsewhere", () => {
    const settings = settingsFor(graphOf(separable), { convolution: "separable" });
    const [own, twin] = [settings, twinOf(settings)].map((one) => analyze(buildNetwork(one)));
    // 27 + 15 + 5 weights become 135 + 5.
    expect(own?.params).toBe(47 + 60);
    expect(twin?.params).toBe(140 + 60);
    expect(twin?.layers.map(({ shape }) => shape)).toEqual(own?.layers.map(({ shape }) => shape));
  });

  test("keeps the activation of a convolution that becomes separable", () => {
    const settings = settingsFor(graphOf(ordinary), { convolution: "separable" });
    const types = buildNetwork(settings).layers.map(({ name, type }) => `${type} ${name}`);
    expect(types.slice(1, 3)).toEqual(["SeparableConv2D conv_separable", "Activation conv"]);
    expect(analyze(buildNetwork(settings)).params).toBe(47 + 60);
  });

  test("has no twin when there is nothing to replace, and says so", () => {
    expect(hasTwin(graphOf(pointwise))).toBe(false);
    const settings = settingsFor(graphOf(pointwise), { convolution: "separable" });
    expect(() => buildNetwork(settings)).toThrow(
      "Convolution: stranger.h5 has no convolution that the other kind can replace",
    );
    const first = settingsFor(graphOf(separable), { convolution: "pointwise-first" });
    expect(() => buildNetwork(first)).toThrow("no variant with the pointwise step first");
  });

  test("is asked for again when it is not open", () => {
    const settings = settingsFor(graphOf(separable));
    openedNetworks.clear();
    expect(() => buildNetwork(settings)).toThrow(
      "Architecture: this model is not open here. Open its file again",
    );
  });
});

import { expect, test } from "vitest";
import { analyze } from "../network/analyze.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import { buildXception } from "../network/networks/xception.ts";
import { paperSettings } from "../settings/recipes/paper.ts";
import type { NetworkSettings } from "../settings/settings.ts";
import { foldableIds } from "./architecture/parts.ts";
import { summarizeBlocks } from "./blocks.ts";

function blocksOf(changes: Partial<NetworkSettings> = {}) {
  const analysis = analyze(buildXception({ ...paperSettings, ...changes }));
  return { analysis, blocks: summarizeBlocks(analysis) };
}

test("the paper's network is a stem, three entry blocks, the middle flow once, two exit blocks, a head", () => {
  const { blocks } = blocksOf();
  expect(blocks.map((block) => block.title)).toEqual([
    "stem",
    "2",
    "3",
    "4",
    "middle × 8",
    "13",
    "14",
    "head",
  ]);
  expect(blocks.map((block) => block.flow)).toEqual([
    ...Array.from({ length: 4 }, () => "Entry flow"),
    "Middle flow",
    "Exit flow",
    "Exit flow",
    "Head",
  ]);
});

test.each([0, 1, 3, 16])(
  "with %i middle repeats no parameter and no MAC is lost or counted twice",
  (middleRepeats) => {
    const { analysis, blocks } = blocksOf({ middleRepeats });
    expect(blocks.reduce((sum, block) => sum + block.params, 0)).toBe(analysis.params);
    expect(blocks.reduce((sum, block) => sum + block.macs, 0)).toBe(analysis.macs);
    expect(blocks.reduce((sum, block) => sum + block.share, 0)).toBeCloseTo(1, 9);
    expect(blocks.find((block) => block.id === "middle")?.repeats).toBe(
      middleRepeats === 0 ? undefined : middleRepeats,
    );
  },
);

test("a block's shape is that of its last layer", () => {
  const shapes = new Map(blocksOf().blocks.map((block) => [block.id, block.shape]));
  expect(shapes.get("block1")).toEqual([147, 147, 64]);
  expect(shapes.get("block4")).toEqual([19, 19, 728]);
  expect(shapes.get("middle")).toEqual([19, 19, 728]);
  expect(shapes.get("block14")).toEqual([10, 10, 2048]);
  expect(shapes.get("head")).toEqual([1000]);
});

test("shortcuts are seen where they are, and nowhere when they are switched off", () => {
  expect(
    blocksOf()
      .blocks.filter((block) => block.hasResidual)
      .map((block) => block.id),
  ).toEqual(["block2", "block3", "block4", "middle", "block13"]);
  expect(blocksOf({ residual: false }).blocks.some((block) => block.hasResidual)).toBe(false);
});

test("a block lists its convolutions, the middle flow's once", () => {
  const { blocks } = blocksOf();
  const names = (id: string) =>
    blocks.find((block) => block.id === id)?.convolutions.map(({ name }) => name);
  expect(names("block1")).toEqual(["block1_conv1", "block1_conv2"]);
  expect(names("block2")).toEqual(["block2_sepconv1", "block2_sepconv2", "block2_residual_conv"]);
  expect(names("middle")).toEqual(["block5_sepconv1", "block5_sepconv2", "block5_sepconv3"]);
  expect(names("head")).toEqual([]);
});

test.each(["ordinary", "pointwise-first", "separable"] as const)(
  "the halves of a convolution of kind %s are one convolution with the MACs of both",
  (convolution) => {
    const { blocks } = blocksOf({ convolution, intermediateActivation: "relu", middleRepeats: 1 });
    const middle = blocks.find((block) => block.id === "middle");
    expect(middle?.convolutions).toHaveLength(3);
    expect(middle?.convolutions.reduce((sum, { macs }) => sum + macs, 0)).toBe(middle?.macs);
  },
);

const mnist = { network: "mnist-convnet", inputSize: 28, inputChannels: 1, classes: 10 } as const;

test("a network without Xception's blocks is folded into its convolutions and dense layers", () => {
  const analysis = analyze(buildNetwork({ ...paperSettings, ...mnist, convolution: "ordinary" }));
  const blocks = summarizeBlocks(analysis);
  expect(blocks.map(({ id, flow }) => [id, flow])).toEqual([
    ["conv2d", "Convolutions"],
    ["conv2d_1", "Convolutions"],
    ["dense", "Head"],
    ["dense_1", "Head"],
  ]);
  expect(blocks[1]?.layers.map(({ layer }) => layer.name)).toEqual([
    "conv2d_1",
    "max_pooling2d",
    "dropout",
    "flatten",
  ]);
  expect(blocks.flatMap((block) => block.layers)).toHaveLength(analysis.layers.length);
});

test.each(["separable", "ordinary", "pointwise-first"] as const)(
  "two layers of kind %s are two blocks that hold every parameter and MAC",
  (convolution) => {
    const settings = { ...paperSettings, convolution, intermediateActivation: "elu" } as const;
    const analysis = analyze(buildNetwork({ ...settings, network: "two-layers" }));
    const blocks = summarizeBlocks(analysis);
    expect(blocks).toHaveLength(2);
    expect(blocks.reduce((sum, block) => sum + block.params, 0)).toBe(analysis.params);
    expect(blocks.reduce((sum, block) => sum + block.macs, 0)).toBe(analysis.macs);
    expect(blocks.every((block) => block.convolutions.length === 1)).toBe(true);
  },
);

test("a network whose layers do not say where they stand is folded by its residual connections", () => {
  const graph = buildXception({ ...paperSettings, middleRepeats: 2 });
  const layers = graph.layers.map(({ place: _place, ...layer }) => layer);
  const analysis = analyze({ ...graph, layers });
  const blocks = summarizeBlocks(analysis);
  expect(blocks.map(({ id }) => id)).toEqual([
    ...["block1_conv1", "block1_conv2"],
    ...["residual 1", "residual 2", "residual 3", "residual 4", "residual 5", "residual 6"],
    ...["block8_sepconv1", "block8_sepconv2", "predictions"],
  ]);
  expect(blocks.reduce((sum, block) => sum + block.params, 0)).toBe(analysis.params);
  expect(blocks.reduce((sum, block) => sum + block.macs, 0)).toBe(analysis.macs);
  expect(
    blocks[2]?.convolutions.filter(({ shortcut }) => shortcut).map(({ name }) => name),
  ).toEqual(["block2_residual_conv"]);
  expect(foldableIds(analysis)).toContain("residual 3");
});

import { describe, expect, test } from "vitest";
import { paperSettings } from "../settings/recipes/paper.ts";
import type { Layer, LayerGraph, LayerPlace } from "./graph.ts";
import { createBuilder } from "./networks/builder.ts";
import { buildXception } from "./networks/xception.ts";
import { residualPlaces } from "./residualPlaces.ts";

type Places = ReadonlyMap<string, LayerPlace | undefined>;

/** Returns the names of the layers in each block, or of those on its shortcut. */
function blocksOf({ layers }: LayerGraph, places: Places, part: "all" | "shortcut" = "all") {
  const blocks = new Map<string, Layer[]>();
  for (const layer of layers) {
    const block = places.get(layer.name)?.block;
    if (block !== undefined) blocks.set(block.id, [...(blocks.get(block.id) ?? []), layer]);
  }
  return [...blocks.values()]
    .filter((members) => members.some(({ type }) => type === "Add"))
    .map((members) => members.map(({ name }) => name))
    .map((names) => names.filter((name) => part === "all" || places.get(name)?.shortcut));
}

const found = ({ layers }: LayerGraph) => residualPlaces(layers);

const POINT = { filters: 4, kernelSize: [1, 1] } as const;

describe("blocks that are found from residual connections", () => {
  test.each(["separable", "ordinary", "pointwise-first"] as const)(
    "are those that Xception's builder names, with the same shortcuts, for %s convolutions",
    (convolution) => {
      const graph = buildXception({
        ...paperSettings,
        ...{ convolution, intermediateActivation: "elu", middleRepeats: 2 },
      });
      const said = new Map(graph.layers.map(({ name, place }) => [name, place]));
      expect(blocksOf(graph, said)).toHaveLength(6);
      for (const part of ["all", "shortcut"] as const)
        expect(blocksOf(graph, found(graph), part)).toEqual(blocksOf(graph, said, part));
    },
  );

  test("are the inner ones where blocks are nested", () => {
    const net = createBuilder("nested");
    const start = net.conv2d(net.input("input", [8, 8, 4]), "start", POINT);
    const inner = net.add("inner_add", net.conv2d(start, "inner", POINT), start);
    net.add("outer_add", net.conv2d(inner, "after", POINT), start);
    const graph = net.finish();
    expect(blocksOf(graph, found(graph))).toEqual([["inner", "inner_add"]]);
  });

  test("have no shortcut where the branches are equally long, and none are found without an Add", () => {
    const net = createBuilder("equal");
    const start = net.conv2d(net.input("input", [8, 8, 4]), "start", POINT);
    const [a, b] = [net.conv2d(start, "a", POINT), net.conv2d(start, "b", POINT)];
    net.add("sum", a, b);
    const graph = net.finish();
    expect(blocksOf(graph, found(graph))).toEqual([["a", "b", "sum"]]);
    expect(blocksOf(graph, found(graph), "shortcut")).toEqual([[]]);
    const plain = buildXception({ ...paperSettings, residual: false });
    expect(found(plain).size).toBe(0);
  });
});

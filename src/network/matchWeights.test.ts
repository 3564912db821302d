import { describe, expect, test } from "vitest";
import { sizeOf } from "../core/shape.ts";
import { recipeById } from "../settings/recipes/registry.ts";
import type { Settings } from "../settings/settings.ts";
import { matchWeights, trainedShapes, weightShapes } from "./matchWeights.ts";
import { buildNetwork } from "./networks/registry.ts";

const graphOf = (changes: Partial<Settings>) =>
  buildNetwork({ ...recipeById("one-minute").settings, width: 0.125, ...changes });

describe("weights of another network", () => {
  test("of the same network are all taken, whatever the image size", () => {
    const { taken, fresh } = matchWeights(
      weightShapes(graphOf({ inputSize: 64 })),
      graphOf({ inputSize: 28 }),
    );
    expect(fresh).toEqual([]);
    expect(taken).toContain("block1_conv1");
  });

  test("are taken by name and shape, and the others are named with the reason", () => {
    const { paths, taken, fresh } = matchWeights(
      weightShapes(graphOf({ classes: 10 })),
      graphOf({ classes: 7, middleRepeats: 2 }),
    );
    expect(taken).toContain("block1_conv1");
    expect(paths.has("block1_conv1/kernel")).toBe(true);
    expect(fresh).toContainEqual({ layer: "predictions", reason: "256x10 instead of 256x7" });
    expect(fresh.some(({ reason }) => reason === "no weight of this name")).toBe(true);
    expect([...paths].some((path) => path.startsWith("predictions/"))).toBe(false);
  });

  test("of eight times the width are none", () => {
    const shapes = weightShapes(graphOf({ width: 1 }));
    expect(matchWeights(shapes, graphOf({})).taken).toEqual([]);
  });

  test("have the shapes of the settings, with a head of as many classes as their length says", () => {
    const trained = graphOf({ classes: 7 });
    const weights = new Map(
      [...weightShapes(trained)].map(([path, shape]) => [path, new Float32Array(sizeOf(shape))]),
    );
    expect(trainedShapes(graphOf({ classes: 1000 }), weights)).toEqual(weightShapes(trained));
    weights.set("block1_conv1/kernel", new Float32Array(5));
    const shapes = trainedShapes(graphOf({ classes: 1000 }), weights);
    expect(shapes.has("block1_conv1/kernel")).toBe(false);
  });
});

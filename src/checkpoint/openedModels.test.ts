/** A checkpoint of a run of an opened model holds the network, because settings only name it. */
import { afterEach, describe, expect, test } from "vitest";
import type { LayerGraph } from "../network/graph.ts";
import { initialWeights } from "../network/initialize.ts";
import { nameOf, openNetwork } from "../network/networks/opened.ts";
import { openedNetworks } from "../network/networks/openedNetworks.ts";
import { recipeById } from "../settings/recipes/registry.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { readForeignCheckpoint } from "./foreignCheckpoint.ts";
import { madeCheckpoint } from "./madeCheckpoint.ts";
import { checkpointBytes } from "./trainedCheckpoint.ts";
import { trainedWeights } from "./trainedWeights.ts";

const GRAPH: LayerGraph = {
  name: "stranger",
  layers: [
    { type: "InputLayer", name: "input", inputs: [], shape: [2, 2, 1] },
    { type: "Flatten", name: "flat", inputs: ["input"] },
    {
      ...{ type: "Dense", name: "classes", inputs: ["flat"] },
      ...{ units: 10, activation: "softmax", useBias: true },
    },
  ],
};

function checkpointOf(graph: LayerGraph): Checkpoint {
  const { settings: values } = recipeById("one-minute");
  const network = nameOf(GRAPH);
  const settings = { ...values, network, convolution: "ordinary", classes: 10 } as const;
  const networks = [{ title: "stranger.h5", graph }];
  return madeCheckpoint(
    3,
    { runId: "a", lanes: [{ runId: "a", settings }], networks },
    new Map(initialWeights(GRAPH, 1)),
  );
}

async function readBack(checkpoint: Checkpoint): Promise<Checkpoint> {
  const bytes = await checkpointBytes({
    ...checkpoint,
    lanes: checkpoint.lanes.map((lane) => ({ ...lane, best: null })),
  });
  openedNetworks.clear();
  const source = {
    sizeBytes: bytes.length,
    read: async (start: number, length: number) => bytes.slice(start, start + length),
  };
  return readForeignCheckpoint(source, "a.run");
}

afterEach(() => openedNetworks.clear());

describe("a checkpoint of an opened model", () => {
  test("opens its network again where the model is not open", async () => {
    openNetwork("stranger.h5", GRAPH);
    const checkpoint = await readBack(checkpointOf(GRAPH));
    expect(openedNetworks.get(nameOf(GRAPH))).toMatchObject({ title: "stranger.h5", graph: GRAPH });
    expect(trainedWeights(checkpoint, "a").weights.get("classes/kernel")).toHaveLength(40);
  });

  test("is refused when it holds another network than its settings name", async () => {
    openNetwork("stranger.h5", GRAPH);
    const other = { ...GRAPH, name: "other" };
    await expect(readBack(checkpointOf(other))).rejects.toMatchObject({
      code: "file.invalid",
      message: expect.stringContaining("this model is not open here"),
    });
  });
});

/** Reads a page as its own script does, and compares its probabilities with those of a run's engine. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { bytesOfBase64 } from "../core/base64.ts";
import type { Channels, PixelBatch } from "../core/pixelBatch.ts";
import { randomStream } from "../core/random.ts";
import { createReferenceExecutor } from "../exec/reference/referenceExecutor.ts";
import { NETWORK_FORMATS } from "../interop/networkFiles.ts";
import { type EmbeddedNetwork, embeddedWeights } from "../interop/standalone/embeddedNetwork.ts";
import { ALL_NETWORKS, trainedWeights } from "../interop/testing/savedNetworks.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import { oneMinute } from "../settings/recipes/oneMinute.ts";
import { recipeById } from "../settings/recipes/registry.ts";
import type { Settings } from "../settings/settings.ts";
import { executorOptions } from "../train/engine/executorOptions.ts";
import { openClassifier } from "./classifier.ts";

const SMALL: Settings = {
  ...oneMinute.settings,
  inputSize: 28,
  width: 0.125,
  exitFilters: [32, 48, 48, 64],
};

interface Saved {
  readonly title: string;
  readonly recipe: string;
  readonly settings: Settings;
  readonly images: { readonly height: number; readonly width: number; readonly channels: Channels };
}

const SAVED: readonly Saved[] = [
  {
    title: "grey images of another size than the network's",
    recipe: "one-minute",
    settings: { ...SMALL, inputSize: 32 },
    images: { height: 28, width: 28, channels: 1 },
  },
  {
    title: "a folder of pictures in colour, scaled to 0 to 1",
    recipe: "one-minute",
    settings: { ...SMALL, dataSet: "images", inputChannels: 3, preparation: "unit" },
    images: { height: 28, width: 28, channels: 3 },
  },
  {
    title: "the MNIST ConvNet",
    recipe: "mnist-convnet",
    settings: recipeById("mnist-convnet").settings,
    images: { height: 28, width: 28, channels: 1 },
  },
  {
    title: "a linear head",
    recipe: "one-minute",
    settings: { ...SMALL, head: "linear" },
    images: { height: 28, width: 28, channels: 1 },
  },
];

async function pageOf({ settings, recipe, images }: Saved, classes: readonly string[] | null) {
  const weights = trainedWeights(buildNetwork(settings));
  const facts = { step: 7, classes, images, validation: null, test: null };
  const [file] = await NETWORK_FORMATS.standalone.files({ settings, recipe, weights, ...facts });
  return { weights, bytes: file?.bytes ?? new Uint8Array() };
}

/** Returns the text of a script element of the page. */
function blockOf(bytes: Uint8Array, id: string): string {
  const text = new TextDecoder().decode(bytes);
  return new RegExp(`<script type="[^"]*" id="${id}">([^<]*)</script>`).exec(text)?.[1] ?? "";
}

function someImage({ height, width, channels }: Saved["images"]): PixelBatch {
  const random = randomStream(3, "picture");
  const pixels = Uint8Array.from({ length: height * width * channels }, () =>
    Math.floor(256 * random.nextFloat()),
  );
  return {
    ...{ kind: "pixels", pixels, height, width, channels, numImages: 1 },
    labels: new Uint8Array(1),
  };
}

test.each(SAVED)("$title: the page gives what the reference predicts", async (saved) => {
  const { settings } = saved;
  const { weights, bytes } = await pageOf(saved, null);
  const network: EmbeddedNetwork = JSON.parse(blockOf(bytes, "network"));
  const kernels = bytesOfBase64(blockOf(bytes, "kernels"));
  const read = embeddedWeights(network, blockOf(bytes, "weights"));
  expect([...read.keys()]).toEqual([...weights.keys()]);
  const classifier = await openClassifier(network, read, kernels);

  const image = someImage(saved.images);
  expect(network.stored).toMatchObject(saved.images);
  const probabilities = await classifier.classify(image);
  const reference = createReferenceExecutor(executorOptions(settings, buildNetwork(settings), 10));
  reference.writeWeights(weights);
  const { probabilities: expected } = await reference.evaluate([image]);
  expect(probabilities.length).toBe(expected.length);
  expected.forEach((probability, place) => {
    expect(probabilities[place]).toBeCloseTo(probability, 5);
  });
});

test.each(ALL_NETWORKS)("the graph of $title is the same after JSON", ({ graph }) => {
  expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
});

test("the page states its origin, and markup in names stays text", async () => {
  const [saved] = SAVED;
  if (saved === undefined) throw new Error("there are cases");
  const { bytes } = await pageOf({ ...saved, recipe: "<b>&" }, ["</script><script>", "b"]);
  const text = new TextDecoder().decode(bytes);
  expect(text).toContain("<title>Picture classifier · &lt;b>&amp;</title>");
  const network: EmbeddedNetwork = JSON.parse(blockOf(bytes, "network"));
  expect(network).toMatchObject({
    ...{ title: "<b>&", classes: ["</script><script>", "b"], preparation: "standardize" },
    origin: { recipe: "<b>&", seed: saved.settings.seed, step: 7 },
  });
  expect(network.settings).toContainEqual(["Width multiplier", "0.125"]);
});

test("without its weights the page is far below a megabyte, and its policy allows its own script only", async () => {
  const [saved] = SAVED;
  if (saved === undefined) throw new Error("there are cases");
  const { weights, bytes } = await pageOf(saved, null);
  const numValues = [...weights.values()].reduce((sum, { length }) => sum + length, 0);
  expect(bytes.length - (numValues * 16) / 3).toBeLessThan(300_000);
  const text = new TextDecoder().decode(bytes);
  const script = /<script>(.*)<\/script>/s.exec(text)?.[1] ?? "";
  const digest = createHash("sha256").update(script).digest("base64");
  expect(text).toContain(`script-src 'sha256-${digest}' 'wasm-unsafe-eval'`);
  expect(text).toContain("default-src 'none'");
  expect(text).not.toMatch(/<!--\w+-->/);
});

test("a page that was cut short says so", async () => {
  const [saved] = SAVED;
  if (saved === undefined) throw new Error("there are cases");
  const { bytes } = await pageOf(saved, null);
  const network: EmbeddedNetwork = JSON.parse(blockOf(bytes, "network"));
  const weights = blockOf(bytes, "weights");
  expect(() => embeddedWeights(network, weights.slice(0, 4000))).toThrow(/cut short/);
});

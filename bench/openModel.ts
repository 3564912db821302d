/**
 * Measures how a large model opens: an Xception of 22 million weights under a head, 90 MB as `.keras`, which this program's own writer
 * makes. In the page: the time from choosing the file until its layers are shown, until its accuracy on the test images is known,
 * and from Train until the first step is done, and the most memory of the page's process. In the terminal: the time of `summary`,
 * and of `train --model` with one step.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright";
import { toKerasArchive } from "../src/interop/keras/kerasFiles.ts";
import { trainedWeights } from "../src/interop/testing/savedNetworks.ts";
import { zipFiles } from "../src/interop/zipFiles.ts";
import type { LayerGraph } from "../src/network/graph.ts";
import { buildNetwork } from "../src/network/networks/registry.ts";
import { recipeById } from "../src/settings/recipes/registry.ts";
import type { Settings } from "../src/settings/settings.ts";
import { mostMemoryBytes } from "./mostMemory.ts";
import { type BenchPage, recordWorkerEvents, train, waitForEvent } from "./page.ts";

const NUM_CLASSES = 10;
const HEAD_UNITS = 768;
const LINK = "dataSet=starter&engine=wasm&budget=steps&steps=1&batchSize=8&holdOut=8";
const LIMITS = { openMs: 5000 } as const;
const LONGEST_MS = 600_000;
const REPOSITORY = join(import.meta.dirname, "..");

export async function openModel(bench: BenchPage): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), "open-model-"));
  try {
    const file = join(folder, "xception_with_head.keras");
    writeFileSync(file, await largeModel());
    const loadBefore = loadavg()[0];
    const inPage = await openInPage(bench, file);
    const train1 = ["one-minute", "--model", file, "--steps", "1", "--set", "batchSize=8"];
    const data = ["--set", "dataSet=starter", "--set", "preparation=symmetric"];
    const untested = ["--no-test", "--validation-images", "0", "--out", join(folder, "out")];
    const terminal = {
      summaryMs: await inTerminal("summary", [file]),
      trainMs: await inTerminal("train", [...train1, ...data, ...untested]),
    };
    return {
      ...{ fileBytes: statSync(file).size, loadBefore, loadAfter: loadavg()[0], page: inPage },
      ...{ terminal, limits: LIMITS, withinLimit: inPage.openMs <= LIMITS.openMs },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function largeModel(): Promise<Uint8Array> {
  const settings: Settings = {
    ...recipeById("paper").settings,
    ...{ inputSize: 71, classes: NUM_CLASSES },
  };
  const graph = underHead(buildNetwork(settings));
  const network = { graph, weights: trainedWeights(graph), settings, optimizer: undefined };
  const files = await toKerasArchive({ ...network, metadata: {} });
  return zipFiles(Object.entries(files));
}

/** Puts a hidden layer before the last one. */
function underHead({ name, layers }: LayerGraph): LayerGraph {
  const last = layers.at(-1);
  if (last === undefined) throw new Error("open-model: the network has no layers.");
  const hidden = {
    ...({ type: "Dense", name: "hidden", inputs: last.inputs } as const),
    ...({ units: HEAD_UNITS, activation: "relu", useBias: true } as const),
  };
  return { name, layers: [...layers.slice(0, -1), hidden, { ...last, inputs: ["hidden"] }] };
}

async function openInPage(bench: BenchPage, file: string) {
  const page = await bench.open(LINK, recordWorkerEvents);
  const sinceStart = stopwatch();
  await page.getByRole("button", { name: "Open a model" }).click();
  await page.getByLabel("Files of the model").setInputFiles(file);
  const opened = page.getByRole("region", { name: "Opened model" });
  await opened.waitFor({ timeout: LONGEST_MS });
  const openMs = sinceStart();
  await opened.getByText(/accuracy on [\d,]+ test images/).waitFor({ timeout: LONGEST_MS });
  const triedMs = sinceStart();
  await page.getByRole("button", { name: "Use this model" }).click();
  const sinceTrain = stopwatch();
  await train(page);
  await waitForEvent(page, "step.completed", "step", 1);
  const firstStepMs = sinceTrain();
  await requireTrained(page);
  const memoryBytes = await mostMemoryBytes(bench);
  await page.context().close();
  return { openMs, triedMs, firstStepMs, memoryBytes };
}

async function requireTrained(page: Page): Promise<void> {
  const failed = await page.evaluate(() =>
    window.benchEvents.some(({ event }) => event.type === "run.failed"),
  );
  if (failed) throw new Error("open-model: the run failed.");
}

/** Returns the milliseconds that a command takes with its start. */
async function inTerminal(command: string, args: readonly string[]): Promise<number> {
  const since = stopwatch();
  const program = join(REPOSITORY, "src", "cli", "bin.mjs");
  await promisify(execFile)(process.execPath, [program, command, ...args], { cwd: REPOSITORY });
  return since();
}

function stopwatch(): () => number {
  const start = performance.now();
  return () => Math.round(performance.now() - start);
}

/**
 * Exports programs for Keras and PyTorch with what they must compute: of every recipe that trains the number of parameters and
 * some predictions, and of the same network made small the next ten losses with each of five optimisers.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PixelBatch } from "../../src/core/pixelBatch.ts";
import { randomStream } from "../../src/core/random.ts";
import type { FrameworkName, SavedNetwork } from "../../src/interop/networkFiles.ts";
import { trainedWeights } from "../../src/interop/testing/savedNetworks.ts";
import { analyze } from "../../src/network/analyze.ts";
import { initialWeights } from "../../src/network/initialize.ts";
import { buildNetwork } from "../../src/network/networks/registry.ts";
import { asTrained } from "../../src/settings/asTrained.ts";
import type { OptimizerKind } from "../../src/settings/optimizers.ts";
import { RECIPES } from "../../src/settings/recipes/registry.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { executorOptions } from "../../src/train/engine/executorOptions.ts";
import { learningRateAt } from "../../src/train/loop/schedules.ts";
import { openWasm } from "./compiledEngine.ts";
import { writeProgramFiles } from "./runs.ts";

const NUM_CLASSES = 10;
const SIDE = 28;
const NUM_STEPS = 10;
const STEPS_BEFORE = 3;
const STEPS_PER_EPOCH = 4;
const OPTIMIZERS: readonly OptimizerKind[] = ["adam", "adamw", "sgd", "rmsprop", "adadelta"];

/** Rates at which a step does not enlarge the rounding of the step before it: two engines agree to the digits of float32. */
const GENTLE_RATES: Partial<Record<OptimizerKind, number>> = {
  sgd: 0.0002,
  rmsprop: 0.00003,
  adadelta: 0.02,
};

/** Distortions are drawn otherwise in Python. So are the units that dropout leaves out: such a network only predicts here. */
const PLAIN = { horizontalFlip: false, shift: 0, shear: 0, zoom: 0 } as const;

/** Writes the programs for each of the frameworks into a folder of its name, beside the case. */
export async function writePrograms(
  folder: string,
  frameworks: readonly FrameworkName[],
): Promise<void> {
  for (const { id, purpose, settings } of RECIPES) {
    if (purpose !== "train") continue;
    const whole: Settings = { ...asTrained(settings, NUM_CLASSES).settings, ...PLAIN };
    await writePredictions({ folder: join(folder, id), frameworks }, id, whole);
    const hasDropout = buildNetwork(whole).layers.some(({ type }) => type === "Dropout");
    for (const optimizer of hasDropout ? [] : OPTIMIZERS)
      await writeLosses(
        { folder: join(folder, `${id}-${optimizer}`), frameworks },
        id,
        madeSmall(whole, optimizer),
      );
  }
}

function madeSmall(settings: Settings, optimizer: OptimizerKind): Settings {
  const isXception = settings.network === "xception";
  return {
    ...settings,
    ...(isXception && { width: 0.125, inputSize: settings.stemPadding === "same" ? 40 : 71 }),
    ...{ middleRepeats: Math.min(settings.middleRepeats, 1), batchSize: 32, optimizer },
    frozenLayers: Math.min(settings.frozenLayers, 10),
    learningRate: GENTLE_RATES[optimizer] ?? 0.0002,
    ...{ warmUpSteps: Math.min(settings.warmUpSteps, 5), decayEpochs: 1 },
    ...{ budget: "steps", steps: 20, weightDecay: optimizer === "adamw" ? 0.01 : 0 },
  };
}

/** Where a case is written, and for which frameworks. */
interface Place {
  readonly folder: string;
  readonly frameworks: readonly FrameworkName[];
}

async function writePredictions(place: Place, recipe: string, settings: Settings) {
  const ofTwo = { ...settings, batchSize: 2 };
  const graph = buildNetwork(ofTwo);
  const weights = trainedWeights(graph);
  const executor = await openWasm(executorOptions(ofTwo, graph));
  executor.writeWeights(weights);
  const batch = someBatch(2, 0, ofTwo.classes);
  const predictions = [...(await executor.predict(batch))];
  executor.dispose();
  await writeProgramsOf(place, { ...network(settings, recipe), weights });
  await writeCase(place, { params: analyze(graph).params, batches: [plain(batch)], predictions });
}

async function writeLosses(place: Place, recipe: string, settings: Settings) {
  const graph = buildNetwork(settings);
  const executor = await openWasm(executorOptions(settings, graph));
  executor.writeWeights(initialWeights(graph, 1));
  const span = { totalSteps: settings.steps, stepsPerEpoch: STEPS_PER_EPOCH };
  const train = async (step: number) => {
    const rate = learningRateAt(settings, span, step);
    await executor.trainStep(someBatch(settings.batchSize, step, settings.classes), rate);
    return (await executor.readMetrics()).lastLoss;
  };
  for (let step = 0; step < STEPS_BEFORE; step += 1) await train(step);
  const [weights, optimizer] = [await executor.readWeights(), await executor.readState()];
  const batches: PixelBatch[] = [];
  const losses: number[] = [];
  for (let step = STEPS_BEFORE; step < STEPS_BEFORE + NUM_STEPS; step += 1) {
    batches.push(someBatch(settings.batchSize, step, settings.classes));
    losses.push(await train(step));
  }
  executor.dispose();
  const step = STEPS_BEFORE;
  await writeProgramsOf(place, { ...network(settings, recipe), weights, optimizer, step });
  const facts = { params: analyze(graph).params, stepsPerEpoch: STEPS_PER_EPOCH };
  await writeCase(place, {
    ...facts,
    totalSteps: settings.steps,
    batches: batches.map(plain),
    losses,
  });
}

function network(settings: Settings, recipe: string) {
  return { settings, recipe, step: 0, classes: null, validation: null, test: null };
}

/** Grey images that differ in brightness and pattern by their class, so that there is something to learn. */
function someBatch(numImages: number, step: number, classes: number): PixelBatch {
  const random = randomStream(7, `images/${step}`);
  const labels = Uint8Array.from({ length: numImages }, () =>
    Math.floor(random.nextFloat() * classes),
  );
  const pixels = Uint8Array.from({ length: numImages * SIDE * SIDE }, (_, at) => {
    const label = labels[Math.floor(at / (SIDE * SIDE))] ?? 0;
    const wave = Math.sin(((at % SIDE) * (label + 1)) / 5);
    return Math.floor(128 + 60 * wave + 60 * (random.nextFloat() - 0.5));
  });
  return { kind: "pixels", pixels, labels, numImages, height: SIDE, width: SIDE, channels: 1 };
}

function plain({ pixels, labels }: PixelBatch) {
  return { pixels: [...pixels], labels: [...labels], side: SIDE };
}

async function writeProgramsOf({ folder, frameworks }: Place, saved: SavedNetwork): Promise<void> {
  for (const framework of frameworks)
    await writeProgramFiles(join(folder, framework), framework, saved);
}

function writeCase({ folder }: Place, facts: Readonly<Record<string, unknown>>): Promise<void> {
  return writeFile(join(folder, "case.json"), JSON.stringify(facts));
}

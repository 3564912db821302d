/** Finds the trained network that `export` names: in a folder that `train` wrote, in a file of a run, or a recipe's, untrained. */
import { openAsBlob } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import { newestCheckpoint } from "../../checkpoint/checkpointStore.ts";
import { readForeignCheckpoint } from "../../checkpoint/foreignCheckpoint.ts";
import { trainedWeights } from "../../checkpoint/trainedWeights.ts";
import { PlaygroundError } from "../../core/errors.ts";
import { METADATA_KEY } from "../../interop/keras/metadata.ts";
import type { SavedNetwork } from "../../interop/networkFiles.ts";
import { initialWeights } from "../../network/initialize.ts";
import { matchWeights, trainedShapes } from "../../network/matchWeights.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { networkWeights } from "../../network/networkWeights.ts";
import { readRunFile } from "../../runs/files/runFile.ts";
import { isCheckpoint, isRunFile } from "../../runs/files/runFileName.ts";
import { titleOf } from "../../runs/runRecord.ts";
import { asTrainedBeforeData } from "../../settings/asTrained.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { RECIPES } from "../../settings/recipes/registry.ts";
import { say } from "../commandLine.ts";
import { checkpointFolder } from "../training/checkpointFolder.ts";
import { modelToTrain, settingsWithModel } from "../training/modelToTrain.ts";
import { recipeNamed } from "../words.ts";
import { networkInArchive } from "./networkInArchive.ts";

/** Models of other programs, of which one file is enough. */
const MODEL_FILE = /[.](keras|h5|hdf5|onnx)$/;
/** The bytes by which a file is recognised. */
const HEAD_BYTES = 100;

/**
 * @param run the name of a run, for files that hold several
 * @throws PlaygroundError `command.invalid`, `file.*`, `run.*` or `checkpoint.unusable`
 */
export async function exportedNetwork(source: string, run?: string): Promise<SavedNetwork> {
  const found = await stat(source).catch(() => undefined);
  if (found?.isDirectory()) return networkInFolder(source);
  if (found !== undefined) return networkInFile(source, run);
  if (/[./\\]/.test(source)) throw notThere(source);
  return untrained(source);
}

function untrained(name: string): SavedNetwork {
  const { id: recipe, purpose, settings: given } = recipeNamed(name);
  if (purpose !== "train")
    throw invalid(name, "the network of this recipe cannot be trained", "a recipe that trains", {
      got: purpose === "count" ? "one that is only counted" : "one whose layers do not fit",
      remedy: `Choose one of ${RECIPES.filter((one) => one.purpose === "train")
        .map(({ id }) => id)
        .join(", ")}.`,
    });
  const settings = asTrainedBeforeData(given);
  const weights = initialWeights(buildNetwork(settings), settings.seed);
  return { settings, recipe, step: 0, weights, classes: null, validation: null, test: null };
}

/** The model as `train` ended it, or the newest checkpoint of a run that goes on or was interrupted. */
async function networkInFolder(folder: string): Promise<SavedNetwork> {
  const path = join(folder, "model.keras");
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (bytes !== undefined) return networkInArchive(Uint8Array.from(bytes), path);
  const { checkpoint } = await newestCheckpoint(checkpointFolder(join(folder, "checkpoints")));
  if (checkpoint !== null) return networkInCheckpoint(checkpoint, checkpoint.summary.runId);
  throw invalid(folder, "there is no trained network in this folder", "what train wrote", {
    got: "neither model.keras nor checkpoints",
    remedy: "Train first, or name the folder of --out.",
  });
}

async function networkInFile(path: string, run: string | undefined): Promise<SavedNetwork> {
  const file = await openAsBlob(path);
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (isCheckpoint(head)) return networkInBlob(file, path, undefined);
  if (path.endsWith(".keras")) {
    const bytes = await readFile(path);
    if (bytes.includes(METADATA_KEY)) return networkInArchive(Uint8Array.from(bytes), path);
  }
  if (MODEL_FILE.test(path)) return modelOfOthers(path);
  if (!isRunFile(head))
    throw invalid(path, "it is no file of a run", "NAME.runs.zip, a .checkpoint or a model", {
      got: basename(path),
      remedy: "Export the run with its weights on the tab Runs.",
    });
  const runs = await readRunFile(file, path);
  const named = runs.filter(({ head: one }) => run === undefined || titleOf(one) === run);
  const [only, another] = named;
  const titles = runs.map((one) => titleOf(one.head)).join(", ");
  if (only === undefined || another !== undefined)
    throw invalid("--run", "one run is exported at a time", `one of ${titles}`, {
      got: run ?? `${named.length} runs`,
      remedy: "Name it with --run.",
    });
  if (only.checkpoint === undefined)
    throw invalid(path, "the run is there without its weights", "a run with weights", {
      got: titleOf(only.head),
      remedy: "Export it again with its weights.",
    });
  const network = await networkInBlob(only.checkpoint, path, only.head.id);
  return { ...network, classes: only.body.classes };
}

/** A model of another program, to be trained as a recipe trains on Fashion-MNIST. */
async function modelOfOthers(path: string): Promise<SavedNetwork> {
  const model = await modelToTrain(path, say);
  const { id: recipe, settings: asRecipe } = oneMinute;
  const settings = asTrainedBeforeData(settingsWithModel(model, asRecipe));
  const graph = buildNetwork(settings);
  const weights = new Map(initialWeights(graph, settings.seed));
  const { shapes, weights: own } = model.weights ?? { shapes: new Map(), weights: new Map() };
  const { paths } = matchWeights(shapes, graph);
  for (const [path, values] of own) if (paths.has(path)) weights.set(path, values);
  return { settings, recipe, step: 0, weights, classes: null, validation: null, test: null };
}

async function networkInBlob(file: Blob, where: string, runId: string | undefined) {
  const source = {
    sizeBytes: file.size,
    read: async (offset: number, length: number) =>
      new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
  };
  const checkpoint = await readForeignCheckpoint(source, where);
  const { lanes } = checkpoint.summary;
  const lane = lanes.find((one) => one.runId === runId) ?? lanes[0];
  return networkInCheckpoint(checkpoint, lane?.runId ?? checkpoint.summary.runId);
}

/** The head has as many units as its weights, because settings say how many a person asked for. */
function networkInCheckpoint(checkpoint: Checkpoint, runId: string): SavedNetwork {
  const { summary, lanes } = checkpoint;
  const { settings: asked, step, weights } = trainedWeights(checkpoint, runId);
  const graph = buildNetwork(asked);
  const last = graph.layers.at(-1)?.name ?? "";
  const shapes = trainedShapes(graph, weights);
  const classes = networkWeights(graph).flatMap(({ layer, path }) =>
    layer === last ? (shapes.get(path)?.at(-1) ?? []) : [],
  );
  const settings = { ...asked, classes: classes[0] ?? asked.classes };
  const state = lanes[summary.lanes.findIndex((lane) => lane.runId === runId)]?.state ?? undefined;
  const optimizer = state !== undefined && step > 0 ? state : undefined;
  const facts = { classes: null, validation: null, test: null };
  return { settings, recipe: summary.recipe, step, weights, optimizer, ...facts };
}

function notThere(path: string): PlaygroundError {
  return invalid(path, "there is no such file or folder", "a folder, a file or a recipe", {
    got: "nothing there",
    remedy: "Correct the path.",
  });
}

function invalid(
  where: string,
  rule: string,
  expected: string,
  { got, remedy }: { readonly got: string; readonly remedy: string },
): PlaygroundError {
  return new PlaygroundError({ code: "command.invalid", where, rule, expected, got, remedy });
}

/** Trains The notebook as `npm run train` does, with checkpoints into a temporary folder. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkpointFolder } from "../../src/cli/training/checkpointFolder.ts";
import { trainInTerminal } from "../../src/cli/training/trainInTerminal.ts";
import { readTrainingRequest } from "../../src/cli/training/trainingRequest.ts";
import type { Kept, Rounds, Step } from "./costOf.ts";

const ARGUMENTS = [
  ...["notebook", "--engine", "wasm", "--steps", "100000", "--no-test"],
  ...["--set", "dataSet=starter", "--set", "shuffleBuffer=1000"],
];
/** Leaves time for steps without a checkpoint. */
const INTERVAL_MS = 40_000;

/** @param rounds how many checkpoints are measured */
export async function roundsInNode(rounds: number): Promise<Rounds> {
  const folder = await mkdtemp(join(tmpdir(), "bench-checkpoints-"));
  const end = new AbortController();
  const steps: Step[] = [];
  const kept: Kept[] = [];
  const request = readTrainingRequest([...ARGUMENTS, "--out", folder]);
  const outcome = await trainInTerminal(request, {
    checkpoints: {
      folder: checkpointFolder(folder),
      recipe: request.recipe,
      leastIntervalMs: INTERVAL_MS,
    },
    stop: end.signal,
    onEvent(event) {
      const at = performance.now();
      if (event.type === "step.completed") {
        steps.push({ ...event, at });
        if (kept.length === rounds) end.abort();
      }
      if (event.type === "checkpoint.kept" && kept.length < rounds) kept.push({ ...event, at });
    },
  });
  await rm(folder, { recursive: true });
  if (outcome.kind === "failed") throw new Error(`checkpoints: ${outcome.error.message}`);
  return { steps, kept };
}

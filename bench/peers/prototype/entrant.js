/**
 * Entrant: the prototype that the compiled engine is measured against. It is served from the prototype's own folder, whose
 * `exec_worker.js` holds the trainer. It uses its own initial weights.
 */
import { setup, step } from "./exec_worker.js";

const CHECKED_STEPS = 4;
let trainer;

self.onmessage = async ({ data }) => {
  try {
    const numbers = data.kind === "prepare" ? await prepare(data) : timeSteps(data.steps);
    self.postMessage({ ok: true, numbers });
  } catch (error) {
    self.postMessage({ ok: false, reason: String(error) });
  }
};

async function prepare({ network: { settings, images, labels }, threads }) {
  const { inputSize, width, middleRepeats, batchSize } = settings;
  trainer = await setup({
    B: batchSize,
    size: inputSize,
    w: width,
    reps: middleRepeats,
    nt: threads,
    // The value that its README uses: helpers that sleep too early slow it down.
    spin: 20_000,
  });
  const { pl, memory } = trainer;
  new Float32Array(memory.buffer, pl.x0.p, images.length).set(images);
  new Int32Array(memory.buffer, pl.labels, labels.length).set(labels);
  return Array.from({ length: CHECKED_STEPS }, () => step(trainer)[0]);
}

function timeSteps(steps) {
  return Array.from({ length: steps }, () => {
    const start = performance.now();
    const [loss] = step(trainer);
    const milliseconds = performance.now() - start;
    if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss}`);
    return milliseconds;
  });
}

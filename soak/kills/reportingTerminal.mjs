/**
 * Loaded into `npm run train` before its program. It reports on the file descriptor 3, one JSON line each, what the terminal shows and
 * stores: the steps of the progress bar, and when a checkpoint begins and is complete. The reports are written at once, so a kill
 * loses none.
 */
import { writeSync } from "node:fs";
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import progress from "cli-progress";

const report = (type, rest = {}) =>
  writeSync(3, `${JSON.stringify({ type, at: performance.now(), ...rest })}\n`);

const { SingleBar } = progress;
const bar = SingleBar.prototype;
const { start, update } = bar;
bar.start = function (...args) {
  this.isTraining = this.options.format.startsWith("Training");
  if (this.isTraining) report("run.phaseChanged", { phase: "training" });
  return start.apply(this, args);
};
bar.update = function (step, ...rest) {
  if (this.isTraining) report("step.completed", { step });
  return update.call(this, step, ...rest);
};

const { readdir, rename } = files;
files.readdir = (path, ...rest) => {
  if (String(path).endsWith("checkpoints")) report("checkpoint.begun");
  return readdir(path, ...rest);
};
files.rename = async (from, to) => {
  await rename(from, to);
  const [, step] = /step-(\d+)[.]checkpoint$/.exec(String(to)) ?? [];
  if (step !== undefined) report("checkpoint.renamed", { step: Number(step) });
};
syncBuiltinESMExports();

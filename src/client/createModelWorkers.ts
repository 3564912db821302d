/** Creates the workers that read the files of a model and that try the model. */
import reader from "../worker/readModel.ts?worker&url";
import trial from "../worker/tryModel.ts?worker&url";

export function createReader(): Worker {
  return new Worker(reader, { type: "module", name: "model-reader" });
}

export function createTrial(): Worker {
  return new Worker(trial, { type: "module", name: "model-trial" });
}

/** Runs an imported model on an engine, one batch after another. */

import { PlaygroundError } from "../../core/errors.ts";
import { joinFloats } from "../../core/joinArrays.ts";
import { sizeOf } from "../../core/shape.ts";
import type { ExecutorOptions } from "../../exec/executor.ts";
import type { ImportedModel } from "../../interop/importedModel.ts";
import { preparedInput } from "../../interop/preparedInput.ts";
import { type EngineName, openerOf } from "../engines.ts";

const BATCH_SIZE = 16;

export interface Predictions {
  /** `[images, width]` */
  readonly outputs: Float32Array;
  readonly width: number;
}

/** @throws PlaygroundError `file.invalid` for a model without weights. */
export async function createPredictor(model: ImportedModel, engine: EngineName) {
  const { graph, input, weights } = model;
  if (weights === undefined) {
    throw new PlaygroundError({
      code: "file.invalid",
      where: graph.name,
      rule: "the file describes layers and has no weights",
      remedy: "Give the weights together with it.",
    });
  }
  const executor = await openerOf(engine)(optionsFor(model));
  executor.writeWeights(weights);
  const imageSize = sizeOf(input.shape);
  return {
    /** @param images each as the file's input has it. They are taken when a batch needs them. */
    async predict(images: AsyncIterable<Float32Array>): Promise<Predictions> {
      const parts: Float32Array[] = [];
      let numImages = 0;
      const batch = new Float32Array(BATCH_SIZE * imageSize);
      const predictBatch = async () => {
        const inBatch = numImages % BATCH_SIZE || BATCH_SIZE;
        const values = preparedInput(input, batch.subarray(0, inBatch * imageSize));
        const labels = new Uint8Array(inBatch);
        parts.push(
          await executor.predict({ kind: "prepared", values, labels, numImages: inBatch }),
        );
      };
      try {
        for await (const image of images) {
          batch.set(image, (numImages % BATCH_SIZE) * imageSize);
          numImages += 1;
          if (numImages % BATCH_SIZE === 0) await predictBatch();
        }
        if (numImages % BATCH_SIZE > 0) await predictBatch();
      } finally {
        executor.dispose();
      }
      const outputs = joinFloats(parts);
      return { outputs, width: outputs.length / numImages };
    },
  };
}

const NO_COEFFICIENTS = { momentum: 0, weightDecay: 0, beta1: 0, beta2: 0, rho: 0, epsilon: 1 };

/** All layers are frozen, so nothing is reserved for training. */
function optionsFor({ graph }: ImportedModel): ExecutorOptions {
  return {
    graph,
    batchSize: BATCH_SIZE,
    seed: 0,
    optimizer: { kind: "sgd", clipNorm: 0, ...NO_COEFFICIENTS },
    labelSmoothing: 0,
    frozenLayers: graph.layers.length,
    preparation: "unit",
  };
}

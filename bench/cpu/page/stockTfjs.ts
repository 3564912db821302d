/** Entrant: stock TensorFlow.js on its CPU backend. It loads the saved model, compiles it and trains it with `trainOnBatch`. */
import * as tf from "@tensorflow/tfjs";
import { serveEntrant } from "./serveEntrant.ts";

serveEntrant(async ({ settings, model, weightData, images, labels }) => {
  await tf.setBackend("cpu");
  await tf.ready();
  const loaded = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: model.modelTopology,
      weightSpecs: model.weightsManifest.flatMap(({ weights }) => weights),
      weightData: weightData.buffer,
    }),
  );
  const { inputSize, inputChannels, classes, learningRate } = settings;
  loaded.compile({
    optimizer: tf.train.adam(learningRate, 0.9, 0.999, 1e-7),
    loss: "categoricalCrossentropy",
  });
  const x = tf.tensor4d(images, [labels.length, inputSize, inputSize, inputChannels]);
  const y = tf.oneHot(tf.tensor1d(Int32Array.from(labels), "int32"), classes);
  return {
    async takeStep() {
      const loss = await loaded.trainOnBatch(x, y);
      return typeof loss === "number" ? loss : Number.NaN;
    },
  };
});

/**
 * Writes src/interop/fixtures/teachable/: a model with the structure of Teachable Machine's exports, which TensorFlow.js itself makes, trains and saves.
 * Their trunk is a MobileNet v2; this one has its kinds of layers, and a few channels. It tells light pictures from dark ones.
 *
 *     node --import tsx scripts/makeTeachable.ts
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { REPOSITORY } from "./repository.ts";

const FOLDER = join(REPOSITORY, "src/interop/fixtures/teachable/");
const SIDE = 32;
const LABELS = ["Light", "Dark"];

function trunk(): tf.LayersModel {
  let seed = 0;
  const initializer = () => {
    seed += 1;
    return tf.initializers.glorotUniform({ seed });
  };
  const input = tf.input({ shape: [SIDE, SIDE, 3], name: "input_1" });
  const normal = (name: string) => tf.layers.batchNormalization({ name, momentum: 0.8 });
  const relu6 = (name: string) => tf.layers.reLU({ name, maxValue: 6 });
  const project = (name: string, filters: number) =>
    tf.layers.conv2d({
      ...{ name, filters, kernelSize: 1, useBias: false, kernelInitializer: initializer() },
    });
  const through = (x: tf.SymbolicTensor, layers: readonly tf.layers.Layer[]) =>
    layers.reduce<tf.SymbolicTensor>((y, layer) => {
      const next = layer.apply(y);
      if (Array.isArray(next) || !(next instanceof tf.SymbolicTensor))
        throw new Error("one output");
      return next;
    }, x);
  const entry = through(input, [
    tf.layers.zeroPadding2d({
      name: "Conv1_pad",
      padding: [
        [0, 1],
        [0, 1],
      ],
    }),
    tf.layers.conv2d({
      ...{ name: "Conv1", filters: 8, kernelSize: 3, strides: 2, useBias: false },
      kernelInitializer: initializer(),
    }),
    normal("bn_Conv1"),
    relu6("Conv1_relu"),
    tf.layers.depthwiseConv2d({
      ...{ name: "expanded_conv_depthwise", kernelSize: 3, padding: "same", useBias: false },
      depthwiseInitializer: initializer(),
    }),
    normal("expanded_conv_depthwise_BN"),
    relu6("expanded_conv_depthwise_relu"),
    project("expanded_conv_project", 4),
    normal("expanded_conv_project_BN"),
  ]);
  const block = through(entry, [
    project("block_1_expand", 12),
    normal("block_1_expand_BN"),
    relu6("block_1_expand_relu"),
    tf.layers.depthwiseConv2d({
      ...{ name: "block_1_depthwise", kernelSize: 3, padding: "same", useBias: false },
      depthwiseInitializer: initializer(),
    }),
    normal("block_1_depthwise_BN"),
    relu6("block_1_depthwise_relu"),
    project("block_1_project", 4),
    normal("block_1_project_BN"),
  ]);
  const sum = tf.layers.add({ name: "block_1_add" }).apply([entry, block]);
  if (!(sum instanceof tf.SymbolicTensor)) throw new Error("one output");
  const end = through(sum, [project("Conv_1", 16), normal("Conv_1_bn"), relu6("out_relu")]);
  return tf.model({ name: "model1", inputs: input, outputs: end });
}

/** Light and dark pictures in turn, from -1 to 1, with noise. */
function pictures(count: number): { readonly xs: tf.Tensor; readonly ys: tf.Tensor } {
  const light = tf.tensor1d(Array.from({ length: count }, (_, at) => (at % 2 === 0 ? 0.5 : -0.5)));
  const noise = tf.randomUniform([count, SIDE, SIDE, 3], -0.5, 0.5, "float32", 7);
  const ys = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: count }, (_, at) => at % 2),
      "int32",
    ),
    2,
  );
  return { xs: noise.add(light.reshape([count, 1, 1, 1])), ys };
}

const features = tf.sequential({ name: "sequential_1" });
features.add(trunk());
features.add(
  tf.layers.globalAveragePooling2d({ name: "global_average_pooling2d_GlobalAveragePooling2D1" }),
);
const head = tf.sequential({ name: "sequential_3" });
head.add(
  tf.layers.dense({
    ...{ name: "dense_Dense1", units: 10, activation: "relu", inputShape: [16] },
    kernelInitializer: tf.initializers.varianceScaling({ seed: 20 }),
  }),
);
head.add(
  tf.layers.dense({
    ...{ name: "dense_Dense2", units: 2, activation: "softmax", useBias: false },
    kernelInitializer: tf.initializers.varianceScaling({ seed: 21 }),
  }),
);
const model = tf.sequential({ name: "sequential_4" });
model.add(features);
model.add(head);
model.compile({
  optimizer: tf.train.adam(0.01),
  loss: "categoricalCrossentropy",
  metrics: ["accuracy"],
});
const { xs, ys } = pictures(64);
const { history } = await model.fit(xs, ys, { epochs: 12, batchSize: 16, verbose: 0 });

mkdirSync(FOLDER, { recursive: true });
await model.save(
  tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
    const json = {
      modelTopology,
      weightsManifest: [{ paths: ["./weights.bin"], weights: weightSpecs }],
    };
    writeFileSync(`${FOLDER}model.json`, JSON.stringify(json));
    writeFileSync(
      `${FOLDER}weights.bin`,
      new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)),
    );
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
  }),
);
const metadata = {
  ...{ tfjsVersion: "1.3.1", tmVersion: "2.4.10", packageVersion: "0.8.4-alpha2" },
  ...{
    packageName: "@teachablemachine/image",
    timeStamp: "2024-05-01T12:00:00.000Z",
    userMetadata: {},
  },
  ...{ modelName: "light or dark", labels: LABELS, imageSize: SIDE },
};
writeFileSync(`${FOLDER}metadata.json`, JSON.stringify(metadata));
const x = tf.tensor(
  Float32Array.from({ length: 2 * SIDE * SIDE * 3 }, (_, at) => Math.sin(at)),
  [2, SIDE, SIDE, 3],
);
const y = model.predict(x);
if (Array.isArray(y)) throw new Error("one output");
const golden = { tfjs: tf.version.tfjs, parameters: model.countParams(), y: [...(await y.data())] };
writeFileSync(join(FOLDER, "../teachable.golden.json"), JSON.stringify(golden));
process.stdout.write(`${history.acc?.at(-1)} ${JSON.stringify(golden)}\n`);

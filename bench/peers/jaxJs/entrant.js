/**
 * Entrant: jax-js with its WebAssembly backend. It builds the network from the saved model, layer by layer. Forward pass,
 * backward pass and Adam are one jitted function. In jax-js a use consumes an array; `.ref` keeps it for another use.
 */
import { defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from "@jax-js/jax";

const CHECKED_STEPS = 4;
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-7];
let takeStep;

self.onmessage = async ({ data }) => {
  try {
    if (data.kind === "prepare") takeStep = await build(data.network);
    const prepared = data.kind === "prepare";
    const { losses, milliseconds } = await run(prepared ? CHECKED_STEPS : data.steps);
    self.postMessage({ ok: true, numbers: prepared ? losses : milliseconds });
  } catch (error) {
    self.postMessage({ ok: false, reason: String(error?.stack ?? error) });
  }
};

async function run(steps) {
  const losses = [];
  const milliseconds = [];
  for (let step = 0; step < steps; step += 1) {
    const start = performance.now();
    const loss = await takeStep();
    milliseconds.push(performance.now() - start);
    if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss}`);
    losses.push(loss);
  }
  return { losses, milliseconds };
}

async function build({ settings, model, weightData, images, labels }) {
  await init();
  defaultDevice("wasm");
  const { inputSize, inputChannels, classes, learningRate } = settings;
  const layers = model.modelTopology.config.layers;
  const specs = model.weightsManifest[0].weights.filter(({ name }) => !name.includes("/moving_"));
  const places = placesOf(model.weightsManifest[0].weights);
  let weights = specs.map(({ name, shape }) => {
    const { begin, size } = places.get(name);
    return asStored(name, shape, new Float32Array(weightData.buffer, 4 * begin, size));
  });
  let momentum = weights.map(({ shape }) => np.zeros(shape));
  let velocity = weights.map(({ shape }) => np.zeros(shape));
  const x = np
    .array(images)
    .reshape([labels.length, inputSize, inputSize, inputChannels])
    .transpose([0, 3, 1, 2]);
  const target = new Float32Array(labels.length * classes);
  labels.forEach((label, image) => {
    target[image * classes + label] = 1;
  });
  const y = np.array(target).reshape([labels.length, classes]);

  const names = specs.map(({ name }) => name);
  const lossOf = (parameters, input, wanted) => {
    const logits = forward(layers, new Map(names.map((name, i) => [name, parameters[i]])), input);
    return np.mean(np.sum(nn.logSoftmax(logits, -1).mul(wanted), -1)).mul(-1);
  };
  const train = jit((parameters, first, second, input, wanted, scale1, scale2) => {
    const kept = parameters.map((parameter) => parameter.ref);
    const [loss, gradients] = valueAndGrad(lossOf)(kept, input, wanted);
    const next = gradients.map((gradient, i) => {
      const m = first[i].mul(BETA1).add(gradient.ref.mul(1 - BETA1));
      const v = second[i].mul(BETA2).add(np.square(gradient).mul(1 - BETA2));
      const root = np.sqrt(v.ref.mul(scale2.ref)).add(EPSILON);
      const change = m.ref.mul(scale1.ref).div(root).mul(learningRate);
      return [parameters[i].sub(change), m, v];
    });
    scale1.dispose();
    scale2.dispose();
    return [loss, ...[0, 1, 2].map((part) => next.map((parts) => parts[part]))];
  });

  let step = 0;
  return async () => {
    step += 1;
    const scale1 = np.array([1 / (1 - BETA1 ** step)]);
    const scale2 = np.array([1 / (1 - BETA2 ** step)]);
    const result = train(weights, momentum, velocity, x.ref, y.ref, scale1, scale2);
    [weights, momentum, velocity] = result.slice(1);
    const [loss] = await result[0].data();
    await Promise.all(weights.map((weight) => weight.blockUntilReady()));
    return loss;
  };
}

/** Returns the offset of each weight, in numbers. */
function placesOf(specs) {
  const places = new Map();
  let begin = 0;
  for (const { name, shape } of specs) {
    const size = shape.reduce((product, side) => product * side, 1);
    places.set(name, { begin, size });
    begin += size;
  }
  return places;
}

/** Converts Keras' `[height, width, in, out]` to jax-js' `[out, in, height, width]`. */
function asStored(name, shape, values) {
  const array = np.array(values.slice()).reshape(shape);
  if (name.endsWith("/depthwise_kernel")) return array.transpose([2, 3, 0, 1]);
  if (shape.length === 4) return array.transpose([3, 2, 0, 1]);
  return shape.length === 1 && !name.endsWith("/bias") ? array.reshape([1, shape[0], 1, 1]) : array;
}

/** Returns logits, because the last layer's softmax is part of the loss. */
function forward(layers, weights, input) {
  const uses = new Map();
  for (const layer of layers)
    for (const [source] of layer.inbound_nodes[0] ?? [])
      uses.set(source, (uses.get(source) ?? 0) + 1);
  const outputs = new Map();
  /** The last use takes the array itself. */
  const take = (name) => {
    const left = uses.get(name) - 1;
    uses.set(name, left);
    return left === 0 ? outputs.get(name) : outputs.get(name).ref;
  };
  let output;
  for (const layer of layers) {
    const inputs = (layer.inbound_nodes[0] ?? []).map(([source]) => take(source));
    output = layer.class_name === "InputLayer" ? input : apply(layer, inputs, weights);
    outputs.set(layer.name, output);
  }
  return output;
}

function apply({ name, class_name: type, config }, inputs, weights) {
  const [x, other] = inputs;
  const weight = (part) => weights.get(`${name}/${part}`);
  const padding = config.padding?.toUpperCase();
  switch (type) {
    case "Conv2D":
      return lax.convGeneralDilated(x, weight("kernel"), config.strides, padding);
    case "SeparableConv2D": {
      const depthwise = lax.convGeneralDilated(
        x,
        weight("depthwise_kernel"),
        config.strides,
        padding,
        { featureGroupCount: x.shape[1] },
      );
      return lax.convGeneralDilated(depthwise, weight("pointwise_kernel"), [1, 1], "VALID");
    }
    case "BatchNormalization":
      return normalize(x, weight("gamma"), weight("beta"), config.epsilon);
    case "Activation":
      return nn.relu(x);
    case "MaxPooling2D":
      return maxPool(x, config.pool_size[0], config.strides[0]);
    case "Add":
      return x.add(other);
    case "GlobalAveragePooling2D":
      return np.mean(x, [2, 3]);
    case "Dense":
      return np.matmul(x, weight("kernel")).add(weight("bias"));
    default:
      throw new Error(`no ${type} here`);
  }
}

/** Uses the statistics of the batch. The moving ones are left out, which saves jax-js some work. */
function normalize(x, gamma, beta, epsilon) {
  const mean = np.mean(x.ref, [0, 2, 3], { keepdims: true });
  const centred = x.sub(mean);
  const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
  return centred
    .mul(np.reciprocal(np.sqrt(variance.add(epsilon))))
    .mul(gamma)
    .add(beta);
}

/** Pads for "same". jax-js pads only with zeros, so a separate term lowers the border and no maximum is taken there. */
function maxPool(x, window, stride) {
  const size = x.shape[2];
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + window - size);
  const before = Math.floor(total / 2);
  const side = size + total;
  const isInside = (place) => place >= before && place < before + size;
  const border = Float32Array.from({ length: side * side }, (_, index) =>
    isInside(Math.floor(index / side)) && isInside(index % side) ? 0 : -1e30,
  );
  const sides = [before, total - before];
  const padded = np
    .pad(x, [[0, 0], [0, 0], sides, sides])
    .add(np.array(border).reshape([1, 1, side, side]));
  return lax.reduceWindow(padded, np.max, [1, 1, window, window], [1, 1, stride, stride]);
}

"""Writes NAME.json: a short training by Keras of a small network below, and the images and weights that it starts with.

Usage: pip install tensorflow-cpu, then python small.py NAME (prelu, branches, axes or transfer). The expected numbers are computed in float64. A drift is the largest
difference between them and trainings in float32 whose initial weights are moved by 2e-7.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import keras
import numpy as np
import tensorflow as tf
from keras import layers

ROOT = Path(__file__).parent.parent
SGD = ["SGD", {"learning_rate": 0.05, "momentum": 0.9}]
STEPS, BATCH = 6, 8
NEARBY, NOISE, SAMPLE = 3, 2e-7, 64


def prelu():
    """The network of `src/network/networks/everyPrelu.ts`."""
    quarter = keras.initializers.Constant(0.25)
    x = image = keras.Input((9, 8, 2), name="input_layer")
    x = layers.Conv2D(6, 3, name="conv")(x)
    x = layers.PReLU(quarter, shared_axes=[1, 2], name="per_channel")(x)
    x = layers.Conv2D(8, 2, name="conv_2")(x)
    x = layers.PReLU(quarter, shared_axes=[1], name="per_column")(x)
    x = layers.Conv2D(4, 2, name="conv_3")(x)
    x = layers.PReLU(quarter, shared_axes=[1, 2, 3], name="one_for_all")(x)
    x = layers.Conv2D(3, 2, name="conv_4")(x)
    x = layers.PReLU(quarter, name="unshared")(x)
    x = layers.Dense(11, name="dense")(layers.Flatten(name="flatten")(x))
    x = layers.PReLU(name="of_vector")(x)
    return keras.Model(image, layers.Dense(10, activation="softmax", name="predictions")(x))


def branches():
    """The network of `src/network/networks/everyBranch.ts`."""
    image = keras.Input((6, 6, 2), name="input_layer")
    wide = layers.Conv2D(6, 3, padding="same", activation="elu", name="wide")(image)
    small = layers.Conv2D(4, 3, strides=2, padding="same", name="small")(wide)
    joined = layers.Concatenate(name="joined")([wide, layers.UpSampling2D(2, name="repeated")(small)])
    means = layers.GlobalAveragePooling2D(name="means")(joined)
    means = layers.Dense(10, activation="sigmoid", name="squeeze")(means)
    gate = layers.Reshape((1, 1, 10), name="gate")(means)
    gated = layers.Multiply(name="gated")([joined, gate])
    spot = layers.Conv2D(1, 3, padding="same", activation="tanh", name="spot")(gated)
    lit = layers.Multiply(name="lit")([spot, gated])
    pooled = layers.MaxPooling2D((3, 2), name="pooled")(lit)
    smooth = layers.UpSampling2D((3, 2), interpolation="bilinear", name="smooth")(pooled)
    product = layers.Multiply(name="product")([smooth, gated, lit])
    below = layers.Concatenate(axis=1, name="below")([product, smooth])
    beside = layers.Concatenate(axis=2, name="beside")([below, layers.Activation("relu")(below)])
    last = layers.Conv2D(3, 3, name="last")(beside)
    row = layers.Dense(7, activation="elu", name="dense")(layers.Flatten(name="flatten")(last))
    both = layers.Concatenate(name="both")([row, means])
    return keras.Model(image, layers.Dense(10, activation="softmax", name="predictions")(both))


def axes():
    """The network of `src/network/networks/everyAxis.ts`."""
    x = image = keras.Input((5, 6, 2), name="input_layer")
    x = layers.Conv2D(4, 2, activation="elu", name="conv")(x)
    x = layers.LayerNormalization(name="of_channels")(x)
    x = layers.Permute((2, 1, 3), name="turned")(x)
    x = layers.LayerNormalization(axis=[2, 3], epsilon=1e-5, name="of_lines")(x)
    x = layers.Permute((3, 1, 2), name="channels_first")(x)
    x = layers.Conv2D(6, 2, activation="log_softmax", name="conv_2")(x)
    x = layers.Permute((2, 3, 1), name="back")(x)
    x = layers.LayerNormalization(axis=[1, 2, 3], scale=False, name="of_maps")(x)
    x = layers.Permute((3, 2, 1), name="reversed")(x)
    x = layers.Activation("log_softmax", name="logarithms")(x)
    x = layers.Permute((1, 3, 2), name="beside")(x)
    x = layers.Dense(9, name="dense")(layers.Flatten(name="flatten")(x))
    x = layers.LayerNormalization(center=False, name="of_vector")(x)
    return keras.Model(image, layers.Dense(10, activation="softmax", name="predictions")(x))


def transfer():
    """Xception, an eighth wide, cut off behind block 2. A cut of Keras' list of layers goes through the shortcut, so that one half
    of it is frozen."""
    norm = lambda name, x: layers.BatchNormalization(name=name)(x)
    relu = lambda name, x: layers.Activation("relu", name=name)(x)
    x = image = keras.Input((32, 32, 1), name="input")
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="block1_conv1")(x)
    x = relu("block1_conv1_act", norm("block1_conv1_bn", x))
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, name="block1_conv2")(x)
    before = x = relu("block1_conv2_act", norm("block1_conv2_bn", x))
    x = layers.SeparableConv2D(16, 3, padding="same", use_bias=False, name="block2_sepconv1")(x)
    x = relu("block2_sepconv2_act", norm("block2_sepconv1_bn", x))
    x = layers.SeparableConv2D(16, 3, padding="same", use_bias=False, name="block2_sepconv2")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="block2_pool")(norm("block2_sepconv2_bn", x))
    shortcut = layers.Conv2D(16, 1, strides=2, padding="same", use_bias=False, name="block2_residual_conv")(before)
    x = layers.Add(name="block2_add")([x, norm("block2_residual_bn", shortcut)])
    x = layers.GlobalAveragePooling2D(name="head_pool")(x)
    model = keras.Model(image, layers.Dense(10, activation="softmax", name="head_classes")(x))
    for layer in model.layers[: 1 + [layer.name for layer in model.layers].index(FROZEN)]:
        layer.trainable = False
    return model


FROZEN = "block2_residual_conv"
SPECS = {
    transfer: {
        "net": {"size": 32, "channels": 1, "width": 0.125, "stem": "same", "classes": 10, "cut": "block2_add"},
        "optimizer": ["RMSprop", {"learning_rate": 0.001}],
        "frozen": FROZEN,
    },
}


def spec_of(network):
    return SPECS.get(network, {"net": network.__name__, "optimizer": SGD})


def train(network, images, labels, dtype, initial):
    keras.backend.clear_session()
    keras.backend.set_floatx(dtype)
    keras.utils.set_random_seed(1)
    model = network()
    if initial is not None:
        model.set_weights([weight.astype(dtype) for weight in initial])
    start = model.get_weights()
    optimizer = make_optimizer(*spec_of(network)["optimizer"])
    losses, first = [], {}
    for step in range(STEPS):
        batch = slice(step * BATCH, (step + 1) * BATCH)
        with tf.GradientTape() as tape:
            outputs = model(images[batch].astype(dtype), training=True)
            loss = keras.losses.CategoricalCrossentropy()(np.eye(10)[labels[batch]].astype(dtype), outputs)
        gradients = tape.gradient(loss, model.trainable_variables)
        first = first or {v.path: np.array(g) for v, g in zip(model.trainable_variables, gradients)}
        optimizer.apply(gradients, model.trainable_variables)
        losses.append(float(loss))
    inference = model(images[:BATCH].astype(dtype), training=False).numpy()
    return [v.path for v in model.weights], start, losses, first, inference, model.get_weights()


def make_optimizer(name, settings):
    return getattr(keras.optimizers, name)(**settings)


def main(network):
    name = network.__name__
    shape = network().input_shape[1:]
    random = np.random.RandomState(7)
    images = random.uniform(-1, 1, (STEPS * BATCH, *shape)).astype("<f4")
    if network is prelu:
        # A black region behind a convolution without a bias gives inputs that are exactly 0.
        images[:, :4] = 0
    labels = random.randint(0, 10, STEPS * BATCH)
    _, start, _, first32, _, _ = train(network, images, labels, "float32", None)
    paths, _, losses, first, inference, final = train(network, images, labels, "float64", start)
    noisy = lambda: [weight * (1 + NOISE * random.standard_normal(weight.shape)) for weight in start]
    nearby = [train(network, images, labels, "float32", noisy()) for _ in range(NEARBY)]

    weights = []
    for index, path in enumerate(paths):
        at = np.linspace(0, final[index].size - 1, min(final[index].size, SAMPLE)).astype(int)
        pick = lambda array: np.asarray(array, "float64").ravel()[at]
        way = max(np.linalg.norm(pick(final[index]) - pick(start[index])), 1e-12)
        drift = max(np.linalg.norm(pick(run[5][index]) - pick(final[index])) / way for run in nearby)
        gradient = first.get(path)
        weights.append(
            {
                "path": path,
                "shape": list(final[index].shape),
                "at": at.tolist(),
                "final": pick(final[index]).tolist(),
                "drift": float(drift),
            }
            | (
                {}
                if gradient is None
                else {
                    "gradient": pick(gradient).tolist(),
                    "gradientScale": float(np.abs(gradient).max()),
                    "gradientDrift": float(np.abs(first32[path] - gradient).max()),
                }
            )
        )
    images.tofile(ROOT / f"batches/{name}.f32")
    np.concatenate([weight.ravel() for weight in start]).astype("<f4").tofile(ROOT / f"weights/{name}.f32")
    golden = {
        "spec": spec_of(network),
        "version": keras.__version__,
        "steps": STEPS,
        "batch": BATCH,
        "input": list(shape),
        "batches": f"batches/{name}.f32",
        "initial": f"weights/{name}.f32",
        "labels": labels.tolist(),
        "loss": losses,
        "lossDrift": [max(abs(run[2][step] - losses[step]) for run in nearby) for step in range(STEPS)],
        "inference": inference.tolist(),
        "inferenceDrift": max(float(np.abs(run[4] - inference).max()) for run in nearby),
        "weights": weights,
    }
    (Path(__file__).parent / f"{name}.json").write_text(json.dumps(golden, indent=0) + "\n")


if __name__ == "__main__":
    main({"prelu": prelu, "branches": branches, "axes": axes, "transfer": transfer}[sys.argv[1]])

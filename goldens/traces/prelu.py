"""Writes `prelu.json`: a short training of a network with PReLU by Keras, and the images and weights that it starts with.

Usage: pip install tensorflow-cpu, then python prelu.py. The expected numbers are computed in float64. A drift is the largest
difference between them and trainings in float32 whose initial weights are moved by 2e-7.
"""

import json
import os
from pathlib import Path

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import keras
import numpy as np
import tensorflow as tf
from keras import layers

ROOT = Path(__file__).parent.parent
OPTIMIZER = ["SGD", {"learning_rate": 0.05, "momentum": 0.9}]
STEPS, BATCH, SHAPE = 6, 8, (9, 8, 2)
NEARBY, NOISE, SAMPLE = 3, 2e-7, 64


def network():
    """The network of `src/network/networks/everyPrelu.ts`."""
    quarter = keras.initializers.Constant(0.25)
    x = image = keras.Input(SHAPE, name="input_layer")
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


def train(images, labels, dtype, initial):
    keras.backend.clear_session()
    keras.backend.set_floatx(dtype)
    keras.utils.set_random_seed(1)
    model = network()
    if initial is not None:
        model.set_weights([weight.astype(dtype) for weight in initial])
    start = model.get_weights()
    optimizer = getattr(keras.optimizers, OPTIMIZER[0])(**OPTIMIZER[1])
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


def main():
    random = np.random.RandomState(7)
    images = random.uniform(-1, 1, (STEPS * BATCH, *SHAPE)).astype("<f4")
    # A black region behind a convolution without a bias gives inputs that are exactly 0.
    images[:, :4] = 0
    labels = random.randint(0, 10, STEPS * BATCH)
    _, start, _, first32, _, _ = train(images, labels, "float32", None)
    paths, _, losses, first, inference, final = train(images, labels, "float64", start)
    noisy = lambda: [weight * (1 + NOISE * random.standard_normal(weight.shape)) for weight in start]
    nearby = [train(images, labels, "float32", noisy()) for _ in range(NEARBY)]

    weights = []
    for index, path in enumerate(paths):
        at = np.linspace(0, final[index].size - 1, min(final[index].size, SAMPLE)).astype(int)
        pick = lambda array: np.asarray(array, "float64").ravel()[at]
        way = max(np.linalg.norm(pick(final[index]) - pick(start[index])), 1e-12)
        drift = max(np.linalg.norm(pick(run[5][index]) - pick(final[index])) / way for run in nearby)
        gradient = first[path]
        weights.append(
            {
                "path": path,
                "shape": list(final[index].shape),
                "at": at.tolist(),
                "final": pick(final[index]).tolist(),
                "drift": float(drift),
                "gradient": pick(gradient).tolist(),
                "gradientScale": float(np.abs(gradient).max()),
                "gradientDrift": float(np.abs(first32[path] - gradient).max()),
            }
        )
    images.tofile(ROOT / "batches/prelu.f32")
    np.concatenate([weight.ravel() for weight in start]).astype("<f4").tofile(ROOT / "weights/prelu.f32")
    golden = {
        "spec": {"net": "prelu", "optimizer": OPTIMIZER},
        "version": keras.__version__,
        "steps": STEPS,
        "batch": BATCH,
        "input": list(SHAPE),
        "batches": "batches/prelu.f32",
        "initial": "weights/prelu.f32",
        "labels": labels.tolist(),
        "loss": losses,
        "lossDrift": [max(abs(run[2][step] - losses[step]) for run in nearby) for step in range(STEPS)],
        "inference": inference.tolist(),
        "inferenceDrift": max(float(np.abs(run[4] - inference).max()) for run in nearby),
        "weights": weights,
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=0) + "\n")


if __name__ == "__main__":
    main()

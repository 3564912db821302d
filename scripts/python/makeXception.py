"""Writes Keras Applications' Xception with seeded random weights, in the layout of the official files, and what Keras computes from it.

    python makeXception.py FOLDER [SIZE]

The official files are those of Keras 2.0: HDF5 with the attributes layer_names and weight_names and without a description of the
layers. Keras numbered the layers of the shortcuts, which have no names: conv2d_1, batch_normalization_1. FOLDER gets
- xception_weights_tf_dim_ordering_tf_kernels.h5 and the same with _notop, without the head,
- xception.weights.h5, as this version of Keras saves the weights,
- head.keras, a model of 90 MB: this Xception without its head, under an average and a dense layer for ten classes,
- case.json with one image of SIZE pixels (71 unless given), its probabilities by the first file, and those of head.keras.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras
import numpy as np

OFFICIAL = "xception_weights_tf_dim_ordering_tf_kernels"
UNNAMED = {"Conv2D": "conv2d", "BatchNormalization": "batch_normalization"}


def randomize(model, random):
    """Every weight differs from its initial value, and the maps keep about their size through all layers."""
    for layer in model.layers:
        values = []
        for variable in layer.weights:
            shape = tuple(variable.shape)
            name = variable.name.split("/")[-1].split(":")[0]
            if name in ("gamma", "moving_variance"):
                values.append(random.uniform(0.7, 1.3, shape))
            elif len(shape) == 1:
                values.append(random.uniform(-0.1, 0.1, shape))
            else:
                # The input channels that one output reads; a depthwise kernel reads one.
                read = np.prod(shape[:2]) if "depthwise" in name else np.prod(shape[:-1])
                values.append(random.normal(0, (2 / read) ** 0.5, shape))
        layer.set_weights([value.astype("float32") for value in values])


def official_names(model):
    counts = {}
    names = {}
    for layer in model.layers:
        kind = UNNAMED.get(type(layer).__name__)
        if kind is None or not layer.name.startswith(kind):
            names[layer.name] = layer.name
            continue
        counts[kind] = counts.get(kind, 0) + 1
        names[layer.name] = f"{kind}_{counts[kind]}"
    return names


def write_official(model, path):
    names = official_names(model)
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [names[layer.name].encode() for layer in model.layers]
        file.attrs["backend"] = b"tensorflow"
        file.attrs["keras_version"] = b"2.0.4"
        for layer in model.layers:
            name = names[layer.name]
            group = file.create_group(name)
            arrays = {}
            for variable, value in zip(layer.weights, layer.get_weights()):
                weight = variable.name.split("/")[-1].split(":")[0]
                arrays[f"{name}/{weight}:0"] = value
            group.attrs["weight_names"] = [array.encode() for array in arrays]
            for array, value in arrays.items():
                group.create_dataset(array, data=value)


def main(folder, size):
    random = np.random.default_rng(1)
    shape = (size, size, 3)
    keras.utils.set_random_seed(1)
    model = keras.applications.Xception(weights=None, input_shape=shape, classes=1000)
    randomize(model, random)
    image = random.uniform(-1, 1, (1, *shape)).astype("float32")
    body = keras.applications.Xception(weights=None, include_top=False, input_shape=shape)
    body.set_weights(model.get_weights()[:-2])
    average = keras.layers.GlobalAveragePooling2D(name="average")(body.output)
    # The classes differ by a few logits, so that no probability is just 0 or 1.
    spread = float(keras.Model(body.input, average).predict(image, verbose=0).std())
    kernel, bias = model.layers[-1].get_weights()
    model.layers[-1].set_weights([kernel / spread, bias])
    write_official(model, os.path.join(folder, f"{OFFICIAL}.h5"))
    write_official(body, os.path.join(folder, f"{OFFICIAL}_notop.h5"))
    model.save_weights(os.path.join(folder, "xception.weights.h5"))
    classes = keras.layers.Dense(10, activation="softmax", name="classes")(average)
    head = keras.Model(body.input, classes, name="xception_with_head")
    head.layers[-1].set_weights([random.normal(0, 0.03 / spread, (2048, 10)).astype("float32"), np.zeros(10, "float32")])
    head.save(os.path.join(folder, "head.keras"))
    case = {
        "keras": keras.__version__,
        "size": size,
        "image": image.ravel().tolist(),
        "outputs": model.predict(image, verbose=0).ravel().tolist(),
        "headOutputs": head.predict(image, verbose=0).ravel().tolist(),
    }
    with open(os.path.join(folder, "case.json"), "w") as file:
        json.dump(case, file)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 71)

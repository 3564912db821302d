"""Values and slopes of activations by Keras, for every file of this folder that names one.

Usage: pip install tensorflow-cpu, then python make.py. A file says the activation as the playground does, and the function
of Keras with its arguments: `activations.NAME` or the class `layers.NAME`. This program fills in the numbers, in float64.
"""

import json
from importlib.metadata import version
from pathlib import Path

import keras
import tensorflow as tf

keras.config.set_floatx("float64")
# Places on both sides of every corner that an activation may have, and on none of them.
X = [-9.5, -4.25, -2.9, -2.1, -1.3, -0.7, -0.2, -0.01, 0.003, 0.05, 0.15, 0.45, 0.9, 1.6, 2.4, 2.95, 4.1, 5.9, 6.3, 11.0]


def function_of(golden):
    module, name = golden["keras"].split(".")
    if module == "legacy":
        # What Keras 1 and 2 computed, kept in Keras 3 for their files.
        from keras.src.legacy import backend

        return getattr(backend, name)
    if module == "layers":
        return getattr(keras.layers, name)(**golden["arguments"])
    function = getattr(keras.activations, name)
    return lambda x: function(x, **golden["arguments"])


def main():
    for path in sorted(Path(__file__).parent.glob("*.json")):
        golden = json.loads(path.read_text())
        x = tf.constant(X, tf.float64)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function_of(golden)(x)
        slope = tape.gradient(y, x)
        golden.update(version=version("keras"), x=X, y=y.numpy().tolist(), slope=slope.numpy().tolist())
        path.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()

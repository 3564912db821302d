"""Steps of optimisers by Keras, for every file of this folder that names one.

Usage: pip install tensorflow-cpu, then python make.py. A file says the optimiser as the playground does, the class of Keras
and its arguments. This program fills in the weights after each step, with the same gradients for all.
"""

import json
from importlib.metadata import version
from pathlib import Path

import keras
import numpy as np

STEPS = 12
COUNT = 8


def main():
    random = np.random.default_rng(7)
    initial = random.uniform(-1, 1, COUNT).astype(np.float32)
    # From large to small, and one weight without any.
    scales = np.array([3, 1, 0.3, 0.1, 0.01, 1e-3, 1e-4, 0], np.float32)
    gradients = (random.normal(0.3, 1, (STEPS, COUNT)) * scales).astype(np.float32)
    for path in sorted(Path(__file__).parent.glob("*.json")):
        golden = json.loads(path.read_text())
        optimizer = getattr(keras.optimizers, golden["keras"])(**golden["arguments"])
        variable = keras.Variable(initial)
        optimizer.build([variable])
        weights = []
        for gradient in gradients:
            optimizer.apply([keras.ops.convert_to_tensor(gradient)])
            weights.append(keras.ops.convert_to_numpy(variable).tolist())
        golden.update(
            version=version("keras"),
            initial=initial.tolist(),
            gradients=gradients.tolist(),
            weights=weights,
        )
        path.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""Loads the files that testPython.ts wrote into FOLDER with real Keras, and compares.

A case is a folder with case.json, and model.keras, model.h5 and trained.weights.h5 where the format can say the network:
- "predictions": inputs and the outputs that they must have.
- "step": a batch, and the weights after one more training step with it. An .h5 has no state of the optimiser, so only a step is taken.
  "signs" is there for an optimiser that takes the sign of a sum. Before another batch norm the gradient of a shift is 0 but for
  rounding, which decides the sign: up to this share of the weights may differ, and by no more than a step in the other direction.
- "weights": only the number of the weights and their sums, for networks that are too large to run.
"""

import os
import sys
from functools import partial

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from everyCase import check_every_case

FILES = ["model.keras", "model.h5", "trained.weights.h5"]


def load(folder, name):
    if name != "trained.weights.h5":
        return keras.saving.load_model(os.path.join(folder, name))
    model = keras.saving.load_model(os.path.join(folder, "model.keras"))
    for variable in model.variables:
        variable.assign(np.full(variable.shape, 0.5, "float32"))
    model.load_weights(os.path.join(folder, name))
    return model


def array(spec):
    return np.array(spec["values"], "float32").reshape(spec["shape"])


def paths(model):
    return {f"{layer.name}/{v.name}": v.numpy() for layer in model.layers for v in layer.weights}


def differences(expected, got):
    return (np.abs(expected - got) / max(1.0, float(np.max(np.abs(expected))))).reshape(-1)


def difference(expected, got):
    return float(differences(expected, got).max())


def check(folder, case, name):
    model = load(folder, name)
    got = paths(model)
    if set(got) != set(case["weights"]):
        return [f"other weights: {sorted(set(got) ^ set(case['weights']))[:4]}"]
    faults = []
    for path, expected in case["weights"].items():
        if int(np.prod(got[path].shape)) != expected["size"]:
            faults.append(f"{path} has the shape {got[path].shape}")
        elif float(np.sum(got[path].astype("float64"))) != expected["sum"]:
            # Sums in float64 of the same float32 values in one order differ only by the order of adding.
            if abs(float(np.sum(got[path].astype("float64"))) - expected["sum"]) > 1e-6 * max(1.0, expected["absolute"]):
                faults.append(f"{path} has other values")
    if "predictions" in case:
        found = difference(array(case["predictions"]["outputs"]), model.predict(array(case["predictions"]["inputs"]), verbose=0))
        if found > 1e-5:
            faults.append(f"predictions differ by {found:.2g}")
    if "step" in case:
        step = case["step"]
        history = model.train_on_batch(array(step["inputs"]), np.array(step["labels"]))
        if not np.isfinite(np.asarray(history)).all():
            faults.append("the loss is not finite")
        after = paths(model)
        if name != "model.h5":
            each = np.concatenate([differences(array(expected), after[path]) for path, expected in step["weights"].items()])
            others = each[each > step["tolerance"]]
            signs = step.get("signs", {"share": 0, "by": 0})
            if len(others) > signs["share"] * len(each) or (others > signs["by"]).any():
                faults.append(f"one step later {len(others)} of {len(each)} weights differ, by up to {each.max():.2g}")
            if int(model.optimizer.iterations.numpy()) != step["step"]:
                faults.append(f"the optimiser counts {int(model.optimizer.iterations.numpy())} steps")
    return faults


def checks_of(folder, case):
    files = [name for name in FILES if os.path.exists(os.path.join(folder, name))]
    if keras.__version__.startswith("2."):
        files = [name for name in files if name == "model.h5"]
    return [(f"/{name}", partial(check, folder, case, name)) for name in files]


sys.exit(check_every_case(sys.argv[1], checks_of, f"Keras {keras.__version__}"))

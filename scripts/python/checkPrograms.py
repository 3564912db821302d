"""Runs the programs that programs.ts exported into FOLDER, each in its own folder with a case.json, and compares.

- "params": the number of parameters.
- "predictions": what the network must say of the first batch, to 1e-4.
- "losses": those of the next steps, to 1e-3 of their size.
"""

import importlib.util
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np


def import_program(folder):
    spec = importlib.util.spec_from_file_location("train", os.path.join(folder, "train.py"))
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return program


def prepared(program, batch):
    side = batch["side"]
    images = np.array(batch["pixels"], "uint8").reshape(-1, side, side, 1)
    return program.Batches(images, np.array(batch["labels"]))[0]


def check(folder, case):
    program = import_program(folder)
    model = program.make_network(case.get("stepsPerEpoch", 1), case.get("totalSteps", 1))
    faults = []
    if model.count_params() != case["params"]:
        faults.append(f"{model.count_params()} parameters instead of {case['params']}")
    if "predictions" in case:
        images, _ = prepared(program, case["batches"][0])
        found = model.predict(images, verbose=0)
        worst = np.abs(found.reshape(-1) - np.array(case["predictions"])).max()
        print(f"  predictions differ by {worst:.1e}")
        if not worst <= 1e-4:
            faults.append(f"predictions differ by {worst:.2g}")
    if "losses" in case:
        losses = []
        # Ten steps are done sooner one by one than after tracing the graph.
        model.run_eagerly = True
        for batch in case["batches"]:
            model.reset_metrics()
            losses.append(float(model.train_on_batch(*prepared(program, batch))[0]))
        expected = np.array(case["losses"])
        worst = (np.abs(losses - expected) / np.maximum(np.abs(expected), 1e-6)).max()
        print(f"  ten losses differ by {worst:.1e} of their size; the last is {losses[-1]:.4f}")
        if not worst <= 1e-3:
            faults.append(f"losses differ by {worst:.2g}: {losses} instead of {case['losses']}")
    return faults


def main(folder):
    failed = total = 0
    for name in sorted(os.listdir(folder)):
        inside = os.path.join(folder, name)
        with open(os.path.join(inside, "case.json"), encoding="utf8") as file:
            case = json.load(file)
        total += 1
        print(name, flush=True)
        keras.utils.clear_session()
        try:
            faults = check(inside, case)
        except (Exception, SystemExit) as error:  # Every program is tried.
            faults = [f"{type(error).__name__}: {str(error)[:400]}"]
        if faults:
            failed += 1
            print(f"FAILED program {name}: {'; '.join(faults)}", flush=True)
    print(f"{total - failed} programs passed, {failed} failed (Keras {keras.__version__}, {keras.backend.backend()})")
    return 1 if failed > 0 or total == 0 else 0


sys.exit(main(sys.argv[1]))

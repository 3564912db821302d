"""Runs the programs for Keras that programs.ts exported into FOLDER, and compares; see programCases.py."""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from programCases import check_all, faults_of, pixels


def prepared(program, batch):
    return program.Batches(pixels(batch), np.array(batch["labels"]))[0]


def check(program, case):
    keras.utils.clear_session()
    model = program.make_network(case.get("stepsPerEpoch", 1), case.get("totalSteps", 1))

    def predictions(case):
        images, _ = prepared(program, case["batches"][0])
        return model.predict(images, verbose=0)

    def losses(case):
        # Ten steps are done sooner one by one than after tracing the graph.
        model.run_eagerly = True
        found = []
        for batch in case["batches"]:
            model.reset_metrics()
            found.append(float(model.train_on_batch(*prepared(program, batch))[0]))
        return found

    return faults_of(case, model.count_params(), predictions, losses)


title = f"Keras {keras.__version__}, {keras.backend.backend()}"
sys.exit(check_all(sys.argv[1], "keras", check, title))

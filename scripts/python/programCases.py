"""Compares what exported programs compute with what the tab computed. programs.ts wrote a folder for each case, with case.json and
the program for each framework.

- "params": the number of parameters.
- "predictions": what the network must say of the first batch, to 1e-4.
- "losses": those of the next steps, to 1e-3 of their size. Of a loss under 1e-3 float32 leaves too few digits of the probability,
  which is nearly 1: such losses are compared to 1e-6.
"""

import importlib
import os
import sys
import types

import numpy as np
from everyCase import check_every_case


def import_program(folder):
    """The names that train.py of a folder defines, and those of the other files that it imports."""
    before = set(sys.modules)
    sys.path.insert(0, folder)
    importlib.import_module("train")
    sys.path.remove(folder)
    names = {}
    for name in set(sys.modules) - before:
        # The next program has files of the same names.
        if os.path.exists(os.path.join(folder, f"{name}.py")):
            names.update(vars(sys.modules.pop(name)))
    return types.SimpleNamespace(**names)


def pixels(batch):
    side = batch["side"]
    return np.array(batch["pixels"], "uint8").reshape(-1, side, side, 1)


def faults_of(case, params, predictions, losses):
    """@param predictions, losses functions of the case, which are called if the case has any."""
    faults = []
    if params != case["params"]:
        faults.append(f"{params} parameters instead of {case['params']}")
    if "predictions" in case:
        found = np.asarray(predictions(case)).reshape(-1)
        worst = np.abs(found - np.array(case["predictions"])).max()
        print(f"  predictions differ by {worst:.1e}")
        if not worst <= 1e-4:
            faults.append(f"predictions differ by {worst:.2g}")
    if "losses" in case:
        found = losses(case)
        expected = np.array(case["losses"])
        worst = (np.abs(found - expected) / np.maximum(np.abs(expected), 1e-3)).max()
        print(f"  ten losses differ by {worst:.1e} of their size; the last is {found[-1]:.4f}")
        if not worst <= 1e-3:
            faults.append(f"losses differ by {worst:.2g}: {found} instead of {case['losses']}")
    return faults


def check_all(folder, framework, check, title):
    """Calls `check(program, case)` for every case, and returns the exit code."""

    def checks_of(inside, case):
        return [("", lambda: check(import_program(os.path.join(inside, framework)), case))]

    return check_every_case(folder, checks_of, title)

"""Runs the programs for PyTorch that programs.ts exported into FOLDER, and compares; see programCases.py."""

import pathlib
import sys
import tempfile

import numpy as np
import torch
from programCases import check_all, faults_of, pixels


class Given:
    """Batches of the case in the place of those that a program draws."""

    def __init__(self, program, case, first):
        self.batches, self.first, self.length = case["batches"], first, case["stepsPerEpoch"]
        self.program, self.images = program, pixels(case["batches"][0])

    def __len__(self):
        return self.length

    def __getitem__(self, step):
        batch = self.batches[step - self.first]
        return self.program.Batches(pixels(batch), np.array(batch["labels"]))[0]


def check(program, case):
    torch.manual_seed(0)
    model, optimizer, step = program.make_network()

    def predictions(case):
        return program.predict(model, pixels(case["batches"][0]))

    def losses(case):
        training = Given(program, case, step)
        test = program.Batches(training.images, np.array(case["batches"][0]["labels"]))
        steps = range(step, step + len(case["batches"]))
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            data = (training, test, test)
            program.train(model, optimizer, data, steps, case["totalSteps"], folder)
            rows = (folder / "history.csv").read_text().splitlines()[1:]
        return [float(row.split(",")[1]) for row in rows]

    params = sum(weight.numel() for weight in model.state_dict().values())
    return faults_of(case, params, predictions, losses)


title = f"PyTorch {torch.__version__}"
sys.exit(check_all(sys.argv[1], "pytorch", check, title))

"""Runs the programs that runs.ts exported into FOLDER as a person would, with TensorFlow and with JAX, and looks at what they leave.

A program is a folder FOLDER/programs/NAME; NAME is the kind of its data. FOLDER/keras holds the files that Keras would download.
"""

import csv
import gzip
import os
import pathlib
import signal
import subprocess
import sys
import time

import h5py
import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image

FOLDER = pathlib.Path(sys.argv[1])
FASHION = FOLDER / "keras" / "datasets" / "fashion-mnist"


def read_idx(name):
    content = gzip.decompress((FASHION / name).read_bytes())
    axes = content[3]
    shape = np.frombuffer(content, ">u4", axes, 4)
    return np.frombuffer(content, "uint8", offset=4 + 4 * axes).reshape(shape)


def own_images():
    """Some images and labels for training and for the test."""
    parts = {}
    for part, name, number in (("train", "train", 64), ("test", "t10k", 20)):
        images = read_idx(f"{name}-images-idx3-ubyte.gz")[:number]
        parts[part] = (images, read_idx(f"{name}-labels-idx1-ubyte.gz")[:number])
    return parts


def write_arrays(folder, parts):
    arrays = {}
    for part, (images, labels) in parts.items():
        arrays |= {f"X_{part}": images, f"y_{part}": labels}
    np.savez(folder / "data.npz", **arrays)
    return folder / "data.npz"


def write_float_arrays(folder, parts):
    for part, (images, labels) in parts.items():
        np.save(folder / f"x_{part}.npy", images[..., np.newaxis] / 127.5 - 1)
        np.save(folder / f"y_{part}.npy", np.eye(10)[labels])
    return folder


def write_tables(folder, parts):
    for part, (images, labels) in parts.items():
        with (folder / f"{part}.csv").open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["label", *(f"pixel{index}" for index in range(784))])
            rows.writerows([label, *image.reshape(-1)] for image, label in zip(images, labels, strict=True))
    return folder


def write_folders(folder, parts):
    for part, (images, labels) in parts.items():
        for index, (image, label) in enumerate(zip(images, labels, strict=True)):
            inside = folder / part / f"class {label}"
            inside.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(inside / f"{index}.png")
    return folder


# Of each kind of data, what writes it.
DATA = {
    "arrays": [write_arrays, write_float_arrays],
    "csv": [write_tables],
    "images": [write_folders],
    "mnist": [lambda folder, parts: FASHION],
    "starter": [],
}


def python(backend, inside, *arguments):
    environment = {"KERAS_BACKEND": backend, "KERAS_HOME": str(FOLDER / "keras"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=inside, env={**os.environ, **environment}, capture_output=True, text=True)


def run(backend, inside, *arguments):
    done = python(backend, inside, "train.py", *arguments)
    if done.returncode != 0:
        raise RuntimeError(f"train.py {' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr[-600:]}")
    return done.stdout


def require(condition, words):
    if not condition:
        raise RuntimeError(words)


def refused(inside, expected, *arguments):
    """A command that must end with one sentence and leave no trace of Python."""
    done = python("tensorflow", inside, "train.py", *arguments)
    last = done.stderr.strip().splitlines()[-1:]
    require(done.returncode == 1 and last and expected in last[0], f"{arguments}: no sentence: {done.stderr[-300:]}")
    require("Traceback" not in done.stderr, f"{arguments}: {done.stderr[-600:]}")


def check_own(name, inside):
    for index, write in enumerate(DATA[name]):
        folder = inside / f"data{index}"
        folder.mkdir()
        data = write(folder, own_images())
        said = run("tensorflow", inside, "--data", data, "--steps", "2", "--out", f"trained{index}")
        require("Test: loss" in said and (inside / f"trained{index}" / "trained.keras").exists(), f"{name}: {said[-300:]}")
    refused(inside, "there is no ", "--data", inside / "nowhere", "--evaluate")


def check_starter(inside):
    losses = {}
    for backend in ("tensorflow", "jax"):
        out = f"from-{backend}"
        run(backend, inside, "--steps", "4", "--out", out)
        with (inside / out / "history.csv").open() as file:
            rows = list(csv.DictReader(file))
        require([row["step"] for row in rows] == ["7"], f"the history counts other steps: {rows}")
        losses[backend] = [float(rows[0]["loss"]), float(rows[0]["val_loss"])]
    print(f"  loss and validation loss with TensorFlow and JAX: {losses}")
    near = np.allclose(losses["tensorflow"], losses["jax"], rtol=1e-3)
    require(near, f"the backends differ: {losses}")
    require("Test: loss" in run("tensorflow", inside, "--evaluate"), "no test is printed")
    require(not (inside / "trained").exists(), "--evaluate wrote something")
    run("tensorflow", inside, "--fresh", "--steps", "2", "--out", "fresh")
    refused(inside, "it exists already", "--steps", "2", "--out", "fresh")
    weights = inside / "network.weights.h5"
    weights.rename(inside / "away.h5")
    refused(inside, "network.weights.h5 does not fit this network", "--evaluate")
    (inside / "away.h5").rename(weights)
    check_notebook(inside)


# Compiles sooner, and only once what several processes need.
JAX = {"JAX_DISABLE_MOST_OPTIMIZATIONS": "1", "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
LAST = "step-00000013.weights.h5"


def check_cluster(inside):
    """Two processes have the losses of one, and a killed job ends with the weights of one that was not."""
    environment = {**os.environ, **JAX, "KERAS_HOME": str(FOLDER / "keras"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment["JAX_COMPILATION_CACHE_DIR"] = str(FOLDER / "compiled")
    alone = [sys.executable, "cluster.py", "--every", "5", "--out"]

    def run_cluster(*command):
        done = subprocess.run(command, cwd=inside, env=environment, capture_output=True, text=True)
        require(done.returncode == 0, f"{command} ended with {done.returncode}: {done.stderr[-1500:]}")
        return done.stdout

    require("Test: loss" in run_cluster(*alone, "one"), "cluster.py prints no test")

    # A stand-in for ssh starts the processes on this machine.
    (inside / ".venv" / "bin").mkdir(parents=True)
    stand_in(inside / ".venv" / "bin" / "python", f'exec {sys.executable} "$@"')
    stand_in(inside / "tools" / "ssh", 'shift 2; exec bash -c "$*"')
    environment["PATH"] = f"{inside / 'tools'}:{environment['PATH']}"
    hosts = ["127.0.0.1", "127.0.0.1"]
    run_cluster("bash", "cluster/ssh.sh", *hosts, "--", "--every", "5", "--out", "two")
    one, two = (history(inside / name) for name in ("one", "two"))
    print(f"  losses of one process {one}\n  and of two processes  {two}")
    require(len(one) == 2 and np.allclose(one, two, rtol=1e-6, atol=0), "two processes have other losses than one")

    job = subprocess.Popen([*alone, "killed"], cwd=inside, env=environment, stdout=subprocess.DEVNULL)
    while not list((inside / "killed").glob("step-*.weights.h5")):
        require(job.poll() is None, "the job that was to be killed ended by itself")
        time.sleep(0.01)
    job.send_signal(signal.SIGKILL)
    job.wait()
    require(not (inside / "killed" / LAST).exists(), "the job was killed too late")
    run_cluster(*alone, "killed")
    require(history(inside / "killed") == one, "the killed job has another history")
    unlike = differing(inside / "one" / LAST, inside / "killed" / LAST)
    require(not unlike, f"the killed job has other weights: {unlike[:3]}")
    print("  a job that was killed ends with the same bits")


def stand_in(file, line):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/bash\n{line}\n")
    file.chmod(0o755)


def history(folder):
    with (folder / "history.csv").open() as file:
        return [[float(row["loss"]), float(row["val_loss"])] for row in csv.DictReader(file)]


def differing(one, other):
    """The names of the arrays in which two HDF5 files differ."""
    names = []
    with h5py.File(one) as first, h5py.File(other) as second:

        def compare(name, item):
            if isinstance(item, h5py.Dataset) and not np.array_equal(item[()], second[name][()]):
                names.append(name)

        first.visititems(compare)
        require(len(first) == len(second), "the files have other parts")
    return names


def check_notebook(inside):
    notebook = nbformat.read(inside / "train.ipynb", 4)
    nbformat.validate(notebook)
    os.environ |= {"KERAS_BACKEND": "tensorflow", "KERAS_HOME": str(FOLDER / "keras")}
    # It trains to the end of the run, which is a few steps.
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(inside)}}).execute()
    require((inside / "trained" / "history.csv").exists(), "the notebook saved nothing")


def check_style(inside):
    for arguments in (["check"], ["format", "--check"]):
        done = python("tensorflow", inside, "-m", "ruff", *arguments, ".")
        require(done.returncode == 0, f"ruff {arguments[0]}: {done.stdout[-600:]}{done.stderr[-300:]}")


def main():
    failed = 0
    programs = sorted((FOLDER / "programs").iterdir())
    for inside in programs:
        print(inside.name, flush=True)
        try:
            check_style(inside)
            if inside.name == "starter":
                check_starter(inside)
                check_cluster(inside)
            else:
                check_own(inside.name, inside)
        except Exception as error:  # Every program is tried.
            failed += 1
            print(f"FAILED run of {inside.name}: {type(error).__name__}: {str(error)[:1500]}", flush=True)
    print(f"{len(programs) - failed} kinds of runs passed, {failed} failed")
    return 1 if failed > 0 or not programs else 0


sys.exit(main())

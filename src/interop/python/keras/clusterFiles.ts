/**
 * Writes what takes the Keras program to several devices and machines: a program for Keras on JAX beside `train.py`, whose network
 * and batches it uses, and files that start it by ssh, under SLURM and in Kubernetes. ADR 72 says why it is JAX.
 */

/** The files by their names in the folder of the program. */
export const CLUSTER_FILES: Readonly<Record<string, string>> = {
  "cluster.py": `"""Trains the network of train.py on several devices and machines: Keras on JAX.

    python cluster.py --out run    one process, with all devices of this machine
    python cluster.py --out run --processes 2 --process 0 --coordinator HOST:29500

Every process takes its share of each batch, and after each step all have the same
weights. The same command goes on after the newest checkpoint of a job that was killed.
The files in cluster/ start all processes of a job.
"""

import argparse
import csv
import os
import pathlib
import sys

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np
from jax.experimental import multihost_utils

import train


class Share(keras.utils.PyDataset):
    """What this process reads of each batch; an epoch of it is a round of some steps."""

    def __init__(self, batches, steps, first_step=0):
        super().__init__()
        self.batches, self.steps, self.step = batches, steps, first_step

    def __len__(self):
        return self.steps

    def __getitem__(self, index):
        process, processes = jax.process_index(), jax.process_count()
        return self.batches.batch(self.step + index, process, processes)

    def on_epoch_end(self):
        if self.batches.training:
            self.step += self.steps


class Keeper(keras.callbacks.Callback):
    """Keeps a checkpoint and a line of history after each round."""

    def __init__(self, folder, step, steps):
        super().__init__()
        self.folder, self.step, self.steps = folder, step, steps

    def on_epoch_end(self, epoch, logs=None):
        self.step += self.steps
        # Reading the weights of all devices takes all processes; only one file is kept.
        new = self.folder / f"new-{jax.process_index()}.weights.h5"
        self.model.save_weights(new)
        if jax.process_index() > 0:
            new.unlink()
            return
        add_to_history(self.folder / "history.csv", {"step": self.step, **logs})
        # It gets its name when it is whole, so that a kill leaves the one before.
        new.replace(self.folder / f"step-{self.step:08}.weights.h5")
        for old in sorted(self.folder.glob("step-*.weights.h5"))[:-2]:
            old.unlink()


def add_to_history(file, row):
    """Adds a line; those of steps that are done again after a kill are left out."""
    rows = list(csv.DictReader(file.open(newline=""))) if file.exists() else []
    rows = [one for one in rows if int(one["step"]) < row["step"]] + [row]
    with file.with_suffix(".new").open("w", newline="") as opened:
        writer = csv.DictWriter(opened, row.keys())
        writer.writeheader()
        writer.writerows(rows)
    file.with_suffix(".new").replace(file)


def newest_checkpoint(folder):
    """The newest checkpoint and its step, which all processes must see."""
    files = sorted(folder.glob("step-*.weights.h5"))
    step = int(files[-1].name[5:13]) if files else -1
    if (np.array(multihost_utils.process_allgather(np.array(step))) != step).any():
        sys.exit(f"{folder}: the processes see other checkpoints; share the folder.")
    return (files[-1], step) if files else (None, None)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="as for train.py")
    parser.add_argument("--out", default="run", help="a folder that all share")
    parser.add_argument("--every", type=int, default=200, help="steps to a checkpoint")
    parser.add_argument("--fresh", action="store_true", help="start from new weights")
    parser.add_argument("--bfloat16", action="store_true", help="mixed precision")
    known = os.environ.get
    parser.add_argument("--processes", type=int, default=known("PROCESSES", "1"))
    parser.add_argument("--process", type=int, default=known("PROCESS", "0"))
    parser.add_argument("--coordinator", default=known("COORDINATOR"), help="HOST:PORT")
    return parser.parse_args()


def main():
    options = read_options()
    if options.processes > 1:
        job = options.coordinator, options.processes, options.process
        jax.distributed.initialize(*job)
    devices = jax.device_count()
    if train.BATCH_SIZE % devices > 0:
        sys.exit(f"{devices} devices cannot share {train.BATCH_SIZE} images equally.")
    keras.distribution.set_distribution(
        keras.distribution.DataParallel(auto_shard_dataset=False)
    )
    if options.bfloat16:
        keras.mixed_precision.set_global_policy("mixed_bfloat16")

    training, validation, test = train.split_data(options.data)
    for batches in (validation, test):
        # The last batch is shared equally too; a few images may be left out for that.
        batches.images = batches.images[: len(batches.images) // devices * devices]
    total_steps = train.count_steps(training)
    model = train.make_network(len(training), total_steps, options.fresh)
    folder = pathlib.Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    file, step = newest_checkpoint(folder)
    if file is None:
        step = 0 if options.fresh else train.START_STEP
    else:
        try:
            model.load_weights(file)
        except (OSError, ValueError) as error:
            sys.exit(f"{file} does not fit this network: {error}")
    is_first = jax.process_index() == 0
    if is_first:
        print(f"{options.processes} processes, {devices} devices; after step {step}.")

    while step < total_steps:
        steps = min(options.every, total_steps - step)
        rounds = (total_steps - step) // steps
        model.fit(
            Share(training, steps, step),
            epochs=rounds,
            validation_data=Share(validation, len(validation)),
            callbacks=[Keeper(folder, step, steps)],
            shuffle=False,
            verbose=2 if is_first else 0,
        )
        step += rounds * steps
    loss, accuracy = model.evaluate(Share(test, len(test)), verbose=0)
    if is_first:
        print(f"Test: loss {loss:.6f}, accuracy {accuracy:.2%}")


if __name__ == "__main__":
    main()
`,
  "cluster/ssh.sh": `#!/bin/bash
# bash cluster/ssh.sh HOST1 HOST2 [-- OPTIONS of cluster.py]: a process on each machine
# All machines share this folder at the same path; .venv holds the packages.
cd "$(dirname "$0")/.." || exit 1
hosts=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    hosts+=("$1")
    shift
done
shift
for number in "\${!hosts[@]}"; do
    job="--processes \${#hosts[@]} --process $number --coordinator \${hosts[0]}:29500"
    ssh -tt "\${hosts[number]}" "cd '$PWD' && .venv/bin/python cluster.py $job $*" &
done
for _ in "\${hosts[@]}"; do
    if ! wait -n; then
        echo "A process ended early, so all are stopped; the same command goes on." >&2
        kill $(jobs -p) 2> /dev/null
        exit 1
    fi
done
`,
  "cluster/slurm.sh": `#!/bin/bash
#SBATCH --job-name=xception
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=8
#SBATCH --time=04:00:00
#SBATCH --requeue
# sbatch cluster/slurm.sh [OPTIONS of cluster.py], in the folder of cluster.py
# One process on each machine takes all of its GPUs. A job whose machine fails starts
# again and goes on after its newest checkpoint.
cd "$SLURM_SUBMIT_DIR" || exit 1
first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
export COORDINATOR=$first:29500 PROCESSES=$SLURM_NTASKS
srun --kill-on-bad-exit=1 \\
    bash -c 'PROCESS=$SLURM_PROCID exec .venv/bin/python cluster.py "$@"' - "$@"
`,
  "cluster/jobset.yaml": `# kubectl apply -f cluster/jobset.yaml
# Two machines with a process each. The volume \`work\` holds this folder. When a process
# fails, all start again and go on after the newest checkpoint.
apiVersion: jobset.x-k8s.io/v1alpha2
kind: JobSet
metadata:
  name: xception
spec:
  failurePolicy:
    maxRestarts: 10
  replicatedJobs:
    - name: worker
      template:
        spec:
          completionMode: Indexed
          completions: 2
          parallelism: 2
          backoffLimit: 0
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: train
                  image: python:3.11
                  workingDir: /work
                  command: [".venv/bin/python", "cluster.py"]
                  env:
                    - name: PROCESSES
                      value: "2"
                    - name: COORDINATOR
                      value: xception-worker-0-0.xception:29500
                    - name: PROCESS
                      valueFrom:
                        fieldRef:
                          fieldPath: metadata.annotations['batch.kubernetes.io/job-completion-index']
                  resources:
                    limits:
                      nvidia.com/gpu: 8
                  volumeMounts:
                    - name: work
                      mountPath: /work
              volumes:
                - name: work
                  persistentVolumeClaim:
                    claimName: work
`,
};

/** What the README says of each. */
export const CLUSTER_FILE_WORDS: readonly (readonly [name: string, words: string])[] = [
  ["cluster.py", "trains on several devices and machines"],
  ["cluster/", "starts it by ssh, under SLURM and in Kubernetes (a JobSet)"],
];

export const CLUSTER_WORDS = `## On several devices and machines

    pip install "jax[cuda13]==0.10.2"       or "jax==0.10.2" without a graphics card
    python cluster.py --out run             one process, with all devices of this machine
    bash cluster/ssh.sh HOST1 HOST2 -- --out run
    sbatch cluster/slurm.sh --out run
    kubectl apply -f cluster/jobset.yaml

All machines share this folder, and its \`.venv\` holds the packages. Every process takes its share of each batch, so
the losses are those of one process. \`run/\` gets \`history.csv\` and a checkpoint (weights and the state of the optimiser) every 200 steps (\`--every\`);
the same command goes on after the newest one, also when a job was killed. \`--bfloat16\` computes in mixed precision. The newest
\`step-*.weights.h5\` can take the place of \`network.weights.h5\`. A run ends after its steps here, without early stopping.
The files for SLURM and Kubernetes have not been tried on a cluster; number of machines, GPUs and the volume are to be set in them.`;

/** Writes how a program for PyTorch trains: the rate, the loss, the files of weights, the loop over steps, and the entry. */
import { formatCount } from "../../../core/units.ts";
import type { Settings } from "../../../settings/settings.ts";
import type { ProgramOrder, Section } from "../program.ts";
import { literal } from "../pythonText.ts";
import { runCells } from "../runCells.ts";
import { dataText, optionsCode } from "../settingsCode.ts";
import { optimizerClass } from "./optimizerCode.ts";

export const WEIGHTS_FILE = "network.safetensors";

/** The expression of the path to Fashion-MNIST: the program downloads it. */
const FETCHED = "fetch_data()";

/** Which process of how many this is. */
export const PROCESSES = `# torchrun says which process this is, and of how many; without it, it is the only one.
RANK = int(os.environ.get("RANK", "0"))
WORLD = int(os.environ.get("WORLD_SIZE", "1"))
LOCAL_RANK = int(os.environ.get("LOCAL_RANK", "0"))
DEVICE = torch.device(f"cuda:{LOCAL_RANK}" if torch.cuda.is_available() else "cpu")`;

/** The learning rate of a step. `steps_per_epoch` and `total_steps` are known when training begins. */
export function rateCode(settings: Settings): string {
  return `def rate_of(step, steps_per_epoch, total_steps):
    """The learning rate of a step, counted from 0."""
${rateLines(settings)}`;
}

function rateLines({ schedule, warmUpSteps, decayFactor, decayEpochs }: Settings): string {
  switch (schedule) {
    case "constant":
      return "    return LEARNING_RATE";
    case "cosine": {
      const warmUp = `    if step < ${warmUpSteps}:
        return LEARNING_RATE * step / ${warmUpSteps}
`;
      const [since, length] =
        warmUpSteps > 0
          ? [`(step - ${warmUpSteps})`, `max(1, total_steps - ${warmUpSteps})`]
          : ["step", "total_steps"];
      return `    # ${warmUpSteps > 0 ? `From 0 to the full rate in ${formatCount(warmUpSteps)} steps, then half` : "Half"} a cosine down to 0.
${warmUpSteps > 0 ? warmUp : ""}    done = min(1, ${since} / ${length})
    return LEARNING_RATE * (1 + math.cos(math.pi * done)) / 2`;
    }
    case "step":
      return `    # Times ${decayFactor} after every ${decayEpochs} epochs.
    periods = step // (${literal(decayEpochs)} * steps_per_epoch)
    return LEARNING_RATE * ${literal(decayFactor)}**periods`;
  }
}

/** @param fromScores whether the network ends in a softmax, which the loss then contains. */
export function lossCode({ labelSmoothing }: Settings, fromScores: boolean): string {
  const smoothing = labelSmoothing > 0 ? `, label_smoothing=${literal(labelSmoothing)}` : "";
  const smoothed =
    labelSmoothing > 0
      ? `    wanted = wanted * ${literal(1 - labelSmoothing)} + ${literal(labelSmoothing)} / NUM_CLASSES\n`
      : "";
  const body = fromScores
    ? `    return F.cross_entropy(scores, labels, reduction="sum"${smoothing}) / count`
    : `    # The outputs are no probabilities, so they are divided by their sum and clipped.
    shares = (scores / scores.sum(1, keepdim=True)).clamp(1e-7, 1 - 1e-7)
    wanted = F.one_hot(labels, NUM_CLASSES)
${smoothed}    return -(wanted * torch.log(shares)).sum() / count`;
  const probabilities = fromScores
    ? "F.softmax(model(tensor(images)), 1)"
    : "model(tensor(images))";
  return `def loss_of(scores, labels, count):
    """What these images add to the mean loss of a batch of so many."""
${body}


def evaluate(model, batches):
    """The mean loss and the accuracy of all images."""
    model.eval()
    count = len(batches.images)
    sums = torch.zeros(2, device=DEVICE)
    with torch.no_grad():
        for step in range(len(batches)):
            images, labels, _ = batches[step]
            scores = model(images)
            correct = (scores.argmax(1) == labels).sum() / count
            sums += torch.stack([loss_of(scores, labels, count), correct])
        return total(sums).tolist()


def predict(model, images):
    """${fromScores ? "Probabilities" : "Outputs"} of the classes for bytes [N, height, width, channels]."""
    model.eval()
    with torch.no_grad():
        return ${probabilities}`;
}

/** @param freezes whether some layers are frozen, which the constant FROZEN names */
export function loadCode({ hasOptimizer, step, settings }: ProgramOrder, freezes: boolean): string {
  const state = hasOptimizer ? ", and the optimiser as it was then" : "";
  const freeze = !freezes
    ? ""
    : `def freeze(model):
    """Frozen layers do not learn; their batch norms keep their moving statistics."""
    for path, layer in model.named_modules():
        if FROZEN.intersection(path.split(".")):
            layer.requires_grad_(False).eval()


`;
  return `${freeze}def load(file, model, optimizer):
    """Reads weights and the optimiser's state; tells after how many steps they were."""
    try:
        tensors = load_file(file, device=str(DEVICE))
        step, optimizer.steps = (int(tensors.pop(name)) for name in COUNTS)
        slots = {name: tensors.pop(name) for name in list(tensors) if ":" in name}
        model.load_state_dict(tensors)
        optimizer.slots.update(slots)
    except (OSError, KeyError, RuntimeError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:300]
        sys.exit(f"{file} does not fit this network: {reason}")
    return step


def save(file, model, optimizer, step):
    """Replaces the file at once, so that a killed job leaves a whole one."""
    if RANK > 0:
        return
    counts = map(torch.tensor, (step, optimizer.steps))
    counts = dict(zip(COUNTS, counts, strict=True))
    tensors = {**model.state_dict(), **optimizer.slots, **counts}
    written = file.with_suffix(".new")
    save_file({name: value.contiguous() for name, value in tensors.items()}, written)
    os.replace(written, file)


def make_network(fresh=False):
    """The weights after step ${formatCount(step)}${state}; or new ones."""
    torch.manual_seed(SEED)
    model = Network()
    for name, weight in model.named_parameters():  # New weights are drawn as by Keras.
        if name.endswith("bias"):
            nn.init.zeros_(weight)
        elif weight.ndim in (2, 4):
            nn.init.xavier_uniform_(weight)
    model.to(DEVICE)
${freezes ? "    freeze(model)\n" : ""}    optimizer = ${optimizerClass(settings)}(model)
    step = 0 if fresh else load(HERE / "${WEIGHTS_FILE}", model, optimizer)
    return model, optimizer, step`;
}

/** @param freezes whether some layers are frozen */
export function trainCode(settings: Settings, freezes: boolean): string {
  const { patience, minImprovement, restoreBest, stopAccuracy } = settings;
  const margin = minImprovement > 0 ? ` + ${literal(minImprovement / 100)}` : "";
  const judge = `def judge(accuracy, best, waited):
    """The best accuracy, and how many validations have not improved it since."""
    return (accuracy, 0) if accuracy > best${margin} else (best, waited + 1)


`;
  const judged = `    best, waited = -1.0, 0
    for row in rows:
        if len(row) > 3:
            best, waited = judge(float(row[4]), best, waited)
`;
  const best = `            if waited == 0:
                save(folder / "best.safetensors", model, optimizer, step + 1)
`;
  const restored = `    if WORLD > 1:
        dist.barrier()  # The first process writes the file.
    save(newest, model, optimizer, load(folder / "best.safetensors", model, optimizer))
`;
  const waits = patience > 0;
  const ends = [
    ...(waits ? [`waited >= ${patience}`] : []),
    ...(stopAccuracy > 0 ? [`row[4] >= ${literal(stopAccuracy / 100)}`] : []),
  ];
  return `def read_history(file, step):
    """The rows of a run that goes on after so many steps; none of a new run."""
    if not file.exists():
        return []
    with file.open(newline="") as opened:
        return [row for row in list(csv.reader(opened))[1:] if int(row[0]) <= step]


def write_history(file, rows, mode="a"):
    if RANK == 0:
        with file.open(mode, newline="") as opened:
            csv.writer(opened, lineterminator="\\n").writerows(rows)


${waits ? judge : ""}def train(model, optimizer, data, steps, total_steps, folder, every=100):
    """Trains a range of steps. Writes each loss, and the weights as often as asked."""
    training, validation, _ = data
    folder.mkdir(parents=True, exist_ok=True)
    newest, history = folder / "${WEIGHTS_FILE}", folder / "history.csv"
    rows = read_history(history, steps.start)
${waits ? judged : ""}    network = model
    if WORLD > 1:
        dist.barrier()  # All have read the history.
        network = DistributedDataParallel(model, forward_sync_buffers=False)
    write_history(history, [HISTORY, *rows], "w")
    for step in steps:
        model.train()
${freezes ? "        freeze(model)\n" : ""}        images, labels, count = training[step]
        scores = network(images)
        loss = loss_of(scores, labels, count)
        model.zero_grad()
        (loss * WORLD).backward()  # DDP takes the mean of the processes, not the sum.
        optimizer.step(rate_of(step, len(training), total_steps))
        correct = (scores.argmax(1) == labels).sum() / count
        row = [step + 1, *total(torch.stack([loss.detach(), correct])).tolist()]
        ends_epoch = (step + 1) % len(training) == 0 or step + 1 == steps.stop
        if ends_epoch:
            row += evaluate(model, validation)
        write_history(history, [row])
        if ends_epoch or (step + 1) % every == 0:
            save(newest, model, optimizer, step + 1)
            say(f"Step {row[0]}: " + ", ".join(f"{value:.4f}" for value in row[1:]))
${
  ends.length === 0
    ? ""
    : `        if ends_epoch:
${waits ? "            best, waited = judge(row[4], best, waited)\n" : ""}${waits && restoreBest ? best : ""}            if ${ends.join(" or ")}:
                break
`
}${waits && restoreBest ? restored : ""}    say(f"Saved: {newest} and {history}")`;
}

/** Prints from one process only. */
export const SAY = `def say(text):
    if RANK == 0:
        print(text, flush=True)`;

export function mainCode(folder: string | null): string {
  return `def main():
${optionsCode(folder)}
    parser.add_argument("--resume", action="store_true", help="go on in --out")
    parser.add_argument("--every", type=int, default=100, help="steps between savings")
    options = parser.parse_args()
    folder = pathlib.Path(options.out)
    newest = folder / "${WEIGHTS_FILE}"
    if RANK == 0 and folder.exists() and not (options.evaluate or options.resume):
        sys.exit(f"{folder}: it exists already; name another --out, or add --resume.")
    if DEVICE.type == "cuda":
        torch.cuda.set_device(DEVICE)
    if WORLD > 1:
        dist.init_process_group()

    data = split_data(${dataText(folder, FETCHED)})
    training, _, test = data
    if training.steps_per_pass == 0:
        sys.exit(f"The data fill no batch of {BATCH_SIZE} images; lower BATCH_SIZE.")
    total_steps = count_steps(training)
    model, optimizer, first = make_network(options.fresh)
    last = first + options.steps if options.steps else total_steps
    if options.resume and newest.exists():
        first = load(newest, model, optimizer)
    if options.evaluate:
        say("Nothing is trained.")
    elif first < last:
        steps = range(first, last)
        train(model, optimizer, data, steps, total_steps, folder, options.every)
    else:
        say(f"The run of {last} steps is finished; --steps 1000 trains on.")
    loss, accuracy = evaluate(model, test)
    say(f"Test: loss {loss:.4f}, accuracy {accuracy:.2%}")
    if WORLD > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()`;
}

export function cells(folder: string | null): readonly Section[] {
  return runCells(
    folder,
    FETCHED,
    (path) => `training, validation, test = data = split_data(${path})
total_steps = count_steps(training)
model, optimizer, first = make_network()
print(evaluate(model, test))
predict(model, test.images[:5])`,
    `steps = range(first, max(total_steps, first + 100))
train(model, optimizer, data, steps, total_steps, HERE / "trained")
print(evaluate(model, test))`,
  );
}

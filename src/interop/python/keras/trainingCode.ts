/** Writes how the program trains: the optimiser, the schedule of its learning rate, the loss, where a run ends, and the entry. */
import { formatCount } from "../../../core/units.ts";
import type { Settings } from "../../../settings/settings.ts";
import { optimizerConfig } from "../../keras/optimizers.ts";
import type { ProgramOrder, Section } from "../program.ts";
import { callText, literal } from "../pythonText.ts";
import { runCells } from "../runCells.ts";
import { dataText, optionsCode } from "../settingsCode.ts";
import { isOneHot } from "./dataCode.ts";

export const WEIGHTS_FILE = "network.weights.h5";

/** The expression of the path to Fashion-MNIST: Keras finds it by itself. */
const FETCHED = "None";

/** Keras' own schedule for the schedule of the settings. `steps_per_epoch` and `total_steps` are known when it is made. */
function scheduleText({ schedule, warmUpSteps, decayFactor, decayEpochs }: Settings): string {
  const schedules = "    rate = keras.optimizers.schedules.";
  switch (schedule) {
    case "constant":
      return "    rate = LEARNING_RATE";
    case "cosine":
      return warmUpSteps > 0
        ? [
            `    # From 0 to the full rate in ${formatCount(warmUpSteps)} steps, then half a cosine down to 0.`,
            `${schedules}CosineDecay(`,
            `        0.0,\n        max(1, total_steps - ${warmUpSteps}),`,
            `        warmup_target=LEARNING_RATE,\n        warmup_steps=${warmUpSteps},\n    )`,
          ].join("\n")
        : `    # Half a cosine down to 0.\n${schedules}CosineDecay(LEARNING_RATE, total_steps)`;
    case "step":
      return [
        `    # Times ${decayFactor} after every ${decayEpochs} epochs.`,
        `    period = round(${literal(decayEpochs)} * steps_per_epoch)`,
        callText(`${schedules}ExponentialDecay(`, [
          "LEARNING_RATE",
          "period",
          literal(decayFactor),
          "staircase=True",
        ]),
      ].join("\n");
  }
}

export function compileCode(settings: Settings): string {
  const { class_name, config } = optimizerConfig(settings);
  const { learning_rate: _rate, ...others } = config;
  const args = Object.entries(others).map(([key, value]) => `${key}=${literal(value)}`);
  const { labelSmoothing } = settings;
  const smoothing = labelSmoothing > 0 ? `label_smoothing=${literal(labelSmoothing)}` : "";
  const oneHot = isOneHot(settings);
  const loss = oneHot
    ? `keras.losses.CategoricalCrossentropy(${smoothing})`
    : "keras.losses.SparseCategoricalCrossentropy()";
  const metric = oneHot ? "categorical_accuracy" : "sparse_categorical_accuracy";
  return `def compile_network(model, steps_per_epoch, total_steps):
    """Sets the optimiser, its learning rate and the loss of the tab."""
${scheduleText(settings)}
${callText(`    optimizer = keras.optimizers.${class_name}(`, ["rate", ...args])}
    loss = ${loss}
    model.compile(optimizer, loss, metrics=["${metric}"])
    optimizer.build(model.trainable_variables)`;
}

export function loadCode({ hasOptimizer, step, settings }: ProgramOrder): string {
  const frozen = settings.frozenLayers;
  const freeze =
    frozen === 0
      ? ""
      : `    # Frozen layers do not learn; their batch norms keep their moving statistics.
    for layer in model.layers[:${frozen}]:
        layer.trainable = False
`;
  const state = hasOptimizer ? ", and the optimiser as it was then" : "";
  const read = `        try:
            model.load_weights(HERE / "${WEIGHTS_FILE}")
        except (OSError, ValueError) as error:
            sys.exit(f"${WEIGHTS_FILE} does not fit this network: {error}")
`;
  const compile = "    compile_network(model, steps_per_epoch, total_steps)\n";
  return `def make_network(steps_per_epoch, total_steps, fresh=False):
    """The weights after step ${formatCount(step)}${state}; or new ones."""
    keras.utils.set_random_seed(SEED)
    model = build_network()
${freeze}${
  hasOptimizer
    ? `${compile}    if not fresh:
        # The file also says how many steps the optimiser has taken.
${read}`
    : `    if not fresh:
${read}${compile}`
}    return model`;
}

export function trainCode(settings: Settings): string {
  const { patience, minImprovement, restoreBest, stopAccuracy } = settings;
  const metric = isOneHot(settings)
    ? "val_categorical_accuracy"
    : "val_sparse_categorical_accuracy";
  const stopping = [
    `"${metric}"`,
    ...(minImprovement > 0 ? [`min_delta=${literal(minImprovement / 100)}`] : []),
    `patience=${patience}`,
    ...(restoreBest ? ["restore_best_weights=True"] : []),
  ];
  const early =
    patience > 0
      ? `${callText("    stop = keras.callbacks.EarlyStopping(", stopping)}
    callbacks.append(stop)
`
      : "";
  const goal =
    stopAccuracy > 0
      ? `        if logs.get("${metric}", 0) >= ${literal(stopAccuracy / 100)}:
            self.model.stop_training = True
`
      : "";
  return `class Steps(keras.callbacks.Callback):
    """Counts steps for the history, and ends a run inside an epoch if need be."""

    def __init__(self, first, last):
        super().__init__()
        self.step, self.last = first, last

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        if self.step >= self.last:
            self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        logs["step"] = self.step
${goal}

def train(model, training, validation, steps, folder):
    """Trains so many steps and saves the network and its history in a new folder."""
    folder.mkdir(parents=True)
    counter = Steps(training.first_step, training.first_step + steps)
    callbacks = [counter, keras.callbacks.CSVLogger(folder / "history.csv")]
${early}    model.fit(
        training,
        epochs=-(-steps // len(training)),
        validation_data=validation,
        callbacks=callbacks,
        shuffle=False,  # The batches are shuffled already.
    )
    model.save(folder / "trained.keras")
    print(f"Saved: {folder / 'trained.keras'} and {folder / 'history.csv'}")`;
}

export function cells(folder: string | null): readonly Section[] {
  return runCells(
    folder,
    FETCHED,
    (path) => `training, validation, test = split_data(${path})
training.first_step = START_STEP
total_steps = count_steps(training)
model = make_network(len(training), total_steps)
model.summary()
model.evaluate(test)`,
    `steps = max(total_steps - START_STEP, 100)
train(model, training, validation, steps, HERE / "trained")
model.evaluate(test)`,
  );
}

export function mainCode(folder: string | null): string {
  return `def main():
${optionsCode(folder)}
    options = parser.parse_args()
    folder = pathlib.Path(options.out)
    if folder.exists() and not options.evaluate:
        sys.exit(f"{folder}: it exists already; name another folder with --out.")

    training, validation, test = split_data(${dataText(folder, FETCHED)})
    if training.steps_per_pass == 0:
        sys.exit(f"The data fill no batch of {BATCH_SIZE} images; lower BATCH_SIZE.")
    training.first_step = 0 if options.fresh else START_STEP
    total_steps = count_steps(training)
    model = make_network(len(training), total_steps, options.fresh)
    steps = options.steps or total_steps - training.first_step
    if steps > 0 and not options.evaluate:
        train(model, training, validation, steps, folder)
    elif not options.evaluate:
        print(f"The run of {total_steps} steps is finished; --steps 1000 trains on.")
    loss, accuracy = model.evaluate(test, verbose=0)
    print(f"Test: loss {loss:.4f}, accuracy {accuracy:.2%}")


if __name__ == "__main__":
    main()`;
}

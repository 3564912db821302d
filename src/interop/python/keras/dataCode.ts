/** Writes how Keras reads images and how it takes its batches. */
import type { Settings } from "../../../settings/settings.ts";
import { isAugmented, labelsText } from "../dataCode.ts";

export function readerCode({ dataSet, inputChannels }: Settings): string | undefined {
  if (dataSet === "images") return folders(inputChannels);
  return dataSet === "fashion-mnist" || dataSet === "starter" ? FASHION_MNIST : undefined;
}

const FASHION_MNIST = `def read_data(path):
    """Fashion-MNIST, which Keras downloads once: grey images of 28 x 28 bytes."""
    train, test = keras.datasets.fashion_mnist.load_data()
    return [(images[..., np.newaxis], labels) for images, labels in (train, test)]`;

function folders(channels: number): string {
  const mode = channels === 1 ? "grayscale" : "rgb";
  return `SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")


def read_part(folder):
    """A folder a class, in the order of the alphabet; images are brought to one size."""
    if not folder.is_dir():
        sys.exit(f"{folder}: there is no such folder; name the right --data.")
    images, labels = [], []
    classes = sorted(inside for inside in folder.iterdir() if inside.is_dir())
    for label, inside in enumerate(classes):
        for file in sorted(inside.iterdir()):
            if file.suffix.lower() not in SUFFIXES:
                continue
            how = {"color_mode": "${mode}", "interpolation": "bilinear"}
            image = keras.utils.load_img(file, target_size=INPUT_SHAPE[:2], **how)
            images.append(keras.utils.img_to_array(image, dtype="uint8"))
            labels.append(label)
    if not images:
        sys.exit(f"{folder}: there is no image in its folders; name the right --data.")
    return np.stack(images), np.array(labels)`;
}

export const RESIZE = `    values = keras.ops.image.resize(values, INPUT_SHAPE[:2], interpolation="bilinear")
    values = keras.ops.convert_to_numpy(values)`;

/**
 * The batches, prepared one after another, so that the prepared images need not fit into memory. Which images a batch has, and how
 * they are distorted, depends on the number of its step alone, so that a run that goes on reads what it would have read.
 */
export function batchesCode(settings: Settings): string {
  const { labelSmoothing, head, remainder, stepsPerEpoch } = settings;
  const isOneHot = labelSmoothing > 0 || head === "linear";
  const augmented = isAugmented(settings)
    ? `        if self.training:
            images = augment(images, np.random.default_rng([SEED, step, share]))
`
    : "";
  const keepsRest = remainder === "keep" ? "" : " and not training";
  const length =
    stepsPerEpoch > 0
      ? "STEPS_PER_EPOCH if self.training else self.steps_per_pass"
      : "self.steps_per_pass";
  return `class Batches(keras.utils.PyDataset):
    """Batches of prepared images and their classes; shuffled in training."""

    def __init__(self, images, labels, training=False):
        super().__init__()
        self.images, self.labels, self.training = images, labels, training
        whole, rest = divmod(len(images), BATCH_SIZE)
        self.steps_per_pass = whole + (rest > 0${keepsRest})
        self.first_step = 0

    def __len__(self):
        return ${length}

    def __getitem__(self, index):
        return self.batch(self.first_step + index)

    def batch(self, step, share=0, shares=1):
        """The batch of a step, or the share of one of several processes."""
        epoch, index = divmod(step, self.steps_per_pass)
        order = np.arange(len(self.images))
        if self.training:
            np.random.default_rng([SEED, epoch]).shuffle(order)
        chosen = order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]
        chosen = np.array_split(chosen, shares)[share]
        images, labels = self.images[chosen], ${labelsText(settings, "chosen")}
${isOneHot ? "        targets = keras.utils.to_categorical(labels, NUM_CLASSES)\n" : ""}${augmented}        return prepare(images), ${isOneHot ? "targets" : "labels"}

    def on_epoch_end(self):
        if self.training:
            self.first_step += len(self)`;
}

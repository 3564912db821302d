/**
 * Writes how the program reads images, prepares them and distorts them. Nearly all of it is NumPy, so that it is the same in every
 * framework; `exec/reference/prepareBatch.ts` and `train/data/augmentBatch.ts` are what it repeats.
 */
import { isOwnDataSet } from "../../settings/ownData.ts";
import { linearPreparation } from "../../settings/preparation.ts";
import type { Settings } from "../../settings/settings.ts";
import { literal } from "./pythonText.ts";

/** The functions that read data. `read_data` returns bytes `[N, H, W, C]` and class numbers. */
export interface DataCode {
  /** Undefined where the framework's packages read the data alone. */
  readonly code: string | undefined;
  /** What `--data` names; `null` when the program fetches its data itself. */
  readonly folder: string | null;
}

export function dataCode({ dataSet, inputChannels }: Settings): DataCode {
  switch (dataSet) {
    case "fashion-mnist":
    case "starter":
      return { code: undefined, folder: null };
    case "arrays":
      return {
        code: `${SCALED}\n\n\n${ARRAYS}`,
        folder:
          "an .npz file, or a folder with X_train.npy, y_train.npy, X_test.npy and y_test.npy",
      };
    case "mnist":
      return {
        code: IDX,
        folder: "a folder with the four files of MNIST (train-images-idx3-ubyte and so on)",
      };
    case "csv":
      return {
        code: CSV,
        folder:
          "a folder with train.csv and test.csv: a label and the values of an image in each row",
      };
    case "images":
      return {
        code: folders(inputChannels),
        folder: "a folder with train/CLASS/*.png and test/CLASS/*.png (or .jpg and so on)",
      };
  }
}

const SCALED = `def to_bytes(images):
    """Arrays hold values from -1 to 1, from 0 to 1, or bytes. Result: 0 to 255."""
    images = images[..., np.newaxis] if images.ndim == 3 else images
    if images.min() < 0:
        return (images.astype("float32") + 1) * 127.5
    return images.astype("float32") * 255 if images.max() <= 1 else images`;

const ARRAYS = `def read_data(path):
    """Four arrays: images [N, height, width(, channels)], labels [N] or one-hot."""
    path = pathlib.Path(path)
    files = [path] if path.is_file() else sorted(path.glob("*.np[yz]"))
    arrays = {}
    for file in files:
        opened = np.load(file)
        named = opened.items() if file.suffix == ".npz" else [(file.stem, opened)]
        arrays.update({name.lower(): array for name, array in named})
    missing = sorted({"x_train", "y_train", "x_test", "y_test"} - set(arrays))
    if missing:
        sys.exit(f"{path}: there is no {', '.join(missing)}; name the right --data.")
    parts = []
    for part in ("train", "test"):
        labels = arrays[f"y_{part}"]
        one_hot = labels.ndim == 2 and labels.shape[1] > 1
        labels = labels.argmax(axis=1) if one_hot else labels.reshape(-1)
        parts.append((to_bytes(arrays[f"x_{part}"]), labels))
    return parts`;

/** Files of MNIST, whose format Fashion-MNIST has too. */
export const IDX = `def read_idx(folder, name):
    """One file of MNIST, packed or not: a head of big-endian numbers, then bytes."""
    files = sorted(pathlib.Path(folder).glob(f"{name}*"))
    if not files:
        sys.exit(f"{folder}: there is no {name}; name the right --data.")
    packed = files[0].suffix == ".gz"
    content = files[0].read_bytes()
    content = gzip.decompress(content) if packed else content
    axes = content[3]
    shape = np.frombuffer(content, ">u4", axes, 4)
    return np.frombuffer(content, "uint8", offset=4 + 4 * axes).reshape(shape)


def read_data(path):
    """The four files of MNIST: grey images and labels, for training and the test."""
    parts = []
    for part in ("train", "t10k"):
        images = read_idx(path, f"{part}-images")
        parts.append((images[..., np.newaxis], read_idx(path, f"{part}-labels")))
    return parts`;

const CSV = `def read_table(file, classes):
    """A label and then an image in each row: one field (FER2013) or a field a value."""
    if not file.is_file():
        sys.exit(f"{file}: there is no such table; name the right --data.")
    with file.open(newline="", encoding="utf8") as opened:
        rows = [row for row in csv.reader(opened) if row]
    if not rows[0][1].replace(" ", "").isdigit():
        rows = rows[1:]  # The first row names the columns.
    values = [row[1].split() if " " in row[1] else row[1:] for row in rows]
    images = np.array(values, "float32")
    channels = 3 if np.sqrt(images.shape[1]) % 1 else 1
    side = int(np.sqrt(images.shape[1] / channels))
    # Labels are numbered in the order of the alphabet, and numbers in their own.
    names = [row[0] for row in rows]
    classes = classes or sorted(set(names), key=lambda name: (len(name), name))
    labels = np.array([classes.index(name) for name in names])
    return images.reshape(-1, side, side, channels), labels, classes


def read_data(path):
    """train.csv and test.csv."""
    folder = pathlib.Path(path)
    images, labels, classes = read_table(folder / "train.csv", None)
    return [(images, labels), read_table(folder / "test.csv", classes)[:2]]`;

function folders(channels: number): string {
  const mode = channels === 1 ? "L" : "RGB";
  return `SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")


def read_part(folder):
    """A folder a class, in the order of the alphabet; images get one size."""
    if not folder.is_dir():
        sys.exit(f"{folder}: there is no such folder; name the right --data.")
    images, labels = [], []
    classes = sorted(inside for inside in folder.iterdir() if inside.is_dir())
    for label, inside in enumerate(classes):
        for file in sorted(inside.iterdir()):
            if file.suffix.lower() not in SUFFIXES:
                continue
            image = Image.open(file).convert("${mode}")
            image = image.resize(INPUT_SHAPE[1::-1], Image.Resampling.BILINEAR)
            images.append(np.array(image).reshape(INPUT_SHAPE[0], INPUT_SHAPE[1], -1))
            labels.append(label)
    if not images:
        sys.exit(f"{folder}: there is no image in its folders; name the right --data.")
    return np.stack(images), np.array(labels)


def read_data(path):
    """PATH/train/CLASS/image and PATH/test/CLASS/image."""
    return [read_part(pathlib.Path(path) / part) for part in ("train", "test")]`;
}

/** @param resize the lines that resize the array `values`, which each framework does with its own function */
export function preparationCode(settings: Settings, resize: string): string {
  const linear = linearPreparation(settings.preparation, settings.inputChannels);
  const values =
    linear === undefined
      ? `    # Each image by itself gets the mean 0 and the deviation 1.
    mean = values.mean(axis=(1, 2, 3), keepdims=True)
    deviation = values.std(axis=(1, 2, 3), keepdims=True)
    values = (values - mean) / np.maximum(deviation, 1 / np.sqrt(values[0].size))
`
      : "";
  const after =
    linear === undefined
      ? ""
      : `    ${linear.reversed ? "values = values[..., ::-1]  # Red, green, blue become blue, green, red.\n    " : ""}values = values * np.float32(${linearScale(linear.scale)})${offsetsText(linear.offsets)}\n`;
  const grey =
    settings.inputChannels === 1 && isOwnDataSet(settings.dataSet)
      ? `    if values.shape[-1] == 3:
        values = values @ np.array([[0.299], [0.587], [0.114]], "float32")
`
      : "";
  const tiled =
    settings.inputChannels > 1
      ? `    if values.shape[-1] == 1:
        values = np.repeat(values, INPUT_SHAPE[-1], axis=-1)
`
      : "";
  return `def prepare(images):
    """Bytes [N, height, width, channels] become what the network takes."""
    values = images.astype("float32")
${grey}${values}    # Bilinear; pixels are squares whose centres are compared.
${resize}
${tiled}${after}    return values`;
}

function linearScale(scale: number): string {
  const divisor = 1 / scale;
  const rounded = Math.round(divisor * 1e6) / 1e6;
  return Math.abs(1 / rounded - scale) < 1e-18 ? `1 / ${literal(rounded)}` : literal(scale);
}

function offsetsText(offsets: readonly number[]): string {
  const [first = 0] = offsets;
  if (offsets.every((offset) => offset === 0)) return "";
  if (offsets.every((offset) => offset === first))
    return first < 0 ? ` - ${literal(-first)}` : ` + ${literal(first)}`;
  const rounded = offsets.map((offset) => literal(Math.round(offset * 1e9) / 1e9));
  return `\n    values = values + np.array([${rounded.join(", ")}], "float32")`;
}

export function isAugmented({ horizontalFlip, shift, shear, zoom }: Settings): boolean {
  return horizontalFlip || shift > 0 || shear > 0 || zoom > 0;
}

/** The distortions of Keras' `ImageDataGenerator`, which Keras 3 has no layer for. */
export function augmentationCode(settings: Settings): string {
  const { horizontalFlip, shift, shear, zoom } = settings;
  const flip = horizontalFlip
    ? "    a = a * rng.choice([-1, 1], n)  # Mirrors half of the images.\n"
    : "";
  return `def augment(images, rng):
    """A random affine map for each image; outside, the nearest pixel counts."""
    n, height, width, _ = images.shape
    zoom_x, zoom_y = 1 + rng.uniform(-${literal(zoom)}, ${literal(zoom)}, (2, n))
    shift_x, shift_y = rng.uniform(-${literal(shift)}, ${literal(shift)}, (2, n))
    angle = np.radians(rng.uniform(-${literal(shear)}, ${literal(shear)}, n))
    # The pixel (x, y), counted from the middle, shows (a x + b y, e y) of the image.
    a, b, e = zoom_x, -np.sin(angle) * zoom_y, np.cos(angle) * zoom_y
${flip}    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    y, x = np.mgrid[-middle_y : middle_y + 1, -middle_x : middle_x + 1]
    a, b, e, shift_x, shift_y = (v[:, None, None] for v in (a, b, e, shift_x, shift_y))
    column = np.clip(a * x + b * y + shift_x * width + middle_x, 0, width - 1)
    row = np.clip(e * y + shift_y * height + middle_y, 0, height - 1)
    # Bilinear: between the four pixels around the place.
    left, above = np.floor(column).astype(int), np.floor(row).astype(int)
    right, below = np.ceil(column).astype(int), np.ceil(row).astype(int)
    share_x, share_y = (column - left)[..., None], (row - above)[..., None]
    at = np.arange(n)[:, None, None]
    upper = images[at, above, left] * (1 - share_x) + images[at, above, right] * share_x
    lower = images[at, below, left] * (1 - share_x) + images[at, below, right] * share_x
    return upper * (1 - share_y) + lower * share_y`;
}

/** The lines of `Batches.__init__` that keep the images and count the batches of one pass through them. */
export function countingCode({ remainder }: Settings): string {
  const keepsRest = remainder === "keep" ? "" : " and not training";
  return `        self.images, self.labels, self.training = images, labels, training
        whole, rest = divmod(len(images), BATCH_SIZE)
        self.steps_per_pass = whole + (rest > 0${keepsRest})`;
}

export function lengthCode({ stepsPerEpoch }: Settings): string {
  const length =
    stepsPerEpoch > 0
      ? "STEPS_PER_EPOCH if self.training else self.steps_per_pass"
      : "self.steps_per_pass";
  return `    def __len__(self):
        return ${length}`;
}

/** The lines that choose the images of a step's batch. They depend on the number of the step alone. */
export const CHOSEN = `        epoch, index = divmod(step, self.steps_per_pass)
        order = np.arange(len(self.images))
        if self.training:
            np.random.default_rng([SEED, epoch]).shuffle(order)
        chosen = order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]`;

/** The classes of chosen images. A network with one output is trained as if all images were of its class. */
export function labelsText({ classes }: Settings, chosen: string): string {
  return classes === 1 ? `np.zeros_like(self.labels[${chosen}])` : `self.labels[${chosen}]`;
}

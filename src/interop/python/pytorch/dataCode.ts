/** Writes how a program for PyTorch reads images and how its processes share batches. */
import { isOwnDataSet } from "../../../settings/ownData.ts";
import type { Settings } from "../../../settings/settings.ts";
import { CHOSEN, countingCode, IDX, isAugmented, labelsText, lengthCode } from "../dataCode.ts";

export function readerCode({ dataSet }: Settings): readonly string[] {
  return isOwnDataSet(dataSet) ? [] : [FETCH, IDX];
}

/** The authors publish it over plain HTTP, so checksums make it safe. */
const FETCH = `SOURCE = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
SHA256 = {  # The first digits of the checksums.
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6b",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ce",
}


def fetch_data():
    """Downloads Fashion-MNIST once: grey images of 28 x 28 bytes."""
    folder = HERE / "fashion-mnist"
    if LOCAL_RANK > 0:
        dist.barrier()  # The first process of a machine downloads.
    folder.mkdir(exist_ok=True)
    for name, digits in SHA256.items():
        if not (folder / name).exists():
            packed = urllib.request.urlopen(f"{SOURCE}{name}.gz").read()
            content = gzip.decompress(packed)
            if not hashlib.sha256(content).hexdigest().startswith(digits):
                sys.exit(f"{SOURCE}{name}: the download is damaged; try again.")
            (folder / name).write_bytes(content)
    if WORLD > 1 and LOCAL_RANK == 0:
        dist.barrier()
    return folder`;

export const RESIZE = `    maps = torch.from_numpy(values).permute(0, 3, 1, 2)
    maps = F.interpolate(maps, INPUT_SHAPE[:2], mode="bilinear")
    values = maps.permute(0, 2, 3, 1).numpy()`;

/** The batches are numbered through all epochs, so that a run which goes on has the batches that it would have had. */
export function batchesCode(settings: Settings): string {
  const augmented = isAugmented(settings)
    ? `        if self.training:
            images = augment(images, np.random.default_rng([SEED, step, RANK]))
`
    : "";
  return `def tensor(images):
    """Prepared images as PyTorch takes them: [N, channels, height, width]."""
    values = torch.tensor(prepare(images), dtype=torch.float32)
    return values.permute(0, 3, 1, 2).to(DEVICE)


class Batches:
    """Batches of prepared images and their classes; shuffled in training."""

    def __init__(self, images, labels, training=False):
${countingCode(settings)}

${lengthCode(settings)}

    def __getitem__(self, step):
        """This process' share of the batch of a step, and the size of that batch."""
${CHOSEN}
        mine = np.array_split(chosen, WORLD)[RANK]
        images = self.images[mine]
${augmented}        labels = torch.tensor(${labelsText(settings, "mine")}, dtype=torch.int64)
        return tensor(images), labels.to(DEVICE), len(chosen)`;
}

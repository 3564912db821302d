/**
 * Reads the weights of an HDF5 file that does not describe its layers: what `save_weights` of Keras 1 to 3 writes, and the files of
 * Keras Applications.
 */
import { sizeOf } from "../../core/shape.ts";
import type { WeightsFile } from "../importedModel.ts";
import { wrongModel } from "../modelFault.ts";
import { statedFacts } from "../statedFacts.ts";
import type { Hdf5Tree } from "./hdf5.ts";
import { statedIn } from "./metadata.ts";
import { allNumberedGroups, namedGroups } from "./readHdf5.ts";
import { requireFinite, type StoredGroup } from "./storedWeights.ts";

/** A compressed file may hold more than its size, but a small file that claims to hold gigabytes is refused. */
const MOST_OVER_SIZE = 64 * 2 ** 20;

/** @throws PlaygroundError `file.invalid` when it holds no weights of Keras */
export function weightsAlone(file: Hdf5Tree, sizeBytes: number): WeightsFile {
  const { where } = file;
  const named = namedGroups(file);
  const groups = (named ?? allNumberedGroups(file)).filter(({ arrays }) => arrays.length > 0);
  if (groups.length === 0) {
    throw wrongModel(where, {
      rule: "the file holds neither a model nor weights that Keras saved",
      expected: "the attribute model_config or layer_names, or a group layers",
      got: file.keys("/").slice(0, 8).join(", ") || "an empty file",
      remedy: "Save it again with model.save or model.save_weights.",
    });
  }
  requireSize(groups, sizeBytes + MOST_OVER_SIZE, where);
  const version = file.text("keras_version");
  return {
    origin: `Keras${version === undefined ? "" : ` ${version}`} (weights in HDF5)`,
    isCounted: named === undefined,
    ...statedFacts(statedIn(file, where)),
    groups: groups.map(({ name, arrays }) => ({
      name,
      arrays: arrays.map((array) => {
        const values = array.read();
        requireFinite(values, array.name, where);
        return { shape: array.shape, values };
      }),
    })),
  };
}

function requireSize(groups: readonly StoredGroup[], mostBytes: number, where: string): void {
  let total = 0;
  for (const { arrays } of groups) for (const { shape } of arrays) total += 4 * sizeOf(shape);
  if (total <= mostBytes) return;
  throw wrongModel(where, {
    rule: "the file claims to hold far more numbers than its size",
    expected: `${mostBytes} bytes at most`,
    got: String(total),
    remedy: "Copy or download it again.",
  });
}

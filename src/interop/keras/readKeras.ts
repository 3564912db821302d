/** Reads Keras models: `.h5`, `.keras`, and a configuration in JSON with weights apart. */
import type { ImportedModel, OpenOptions, WeightsFile } from "../importedModel.ts";
import { type Config, parseConfig } from "../jsonConfig.ts";
import { statedFacts } from "../statedFacts.ts";
import { countedNames } from "./countedNames.ts";
import { finished } from "./finished.ts";
import { type Hdf5Tree, withHdf5 } from "./hdf5.ts";
import { statedIn } from "./metadata.ts";
import { namedGroups, numberedGroups } from "./readHdf5.ts";
import { weightsOf } from "./storedWeights.ts";
import { type KerasGraph, toGraph } from "./toGraph.ts";
import { readTopology } from "./topology.ts";
import { kerasVersion } from "./version.ts";
import { weightsAlone } from "./weightsAlone.ts";

interface FileOrigin {
  readonly version: string | undefined;
  readonly format: string;
  /** The library that computed in Keras 1 and 2. */
  readonly backend?: string | undefined;
  readonly images: OpenOptions["images"];
  /** What this program states in files that it wrote. */
  readonly metadata?: unknown;
}

/**
 * A whole model in HDF5, or weights alone.
 * @throws PlaygroundError `file.invalid`
 */
export function readKerasHdf5(
  bytes: Uint8Array,
  where: string,
  { images }: OpenOptions,
): Promise<ImportedModel | WeightsFile> {
  return withHdf5(bytes, where, (file) => {
    const text = file.text("model_config");
    if (text === undefined) return weightsAlone(file, bytes.length);
    const origin = {
      version: file.text("keras_version"),
      format: "HDF5",
      backend: file.text("backend"),
      images,
      metadata: statedIn(file, where),
    };
    return assemble(parseConfig(text, where), file, origin, where);
  });
}

/** @param weights the file `model.weights.h5` of the archive, or weights in HDF5 in the same folder as a configuration. */
export function readKerasConfig(
  config: Config,
  weights: Uint8Array | undefined,
  origin: FileOrigin,
  where: string,
): Promise<ImportedModel> {
  if (weights === undefined)
    return Promise.resolve(imported(built(config, origin, where), undefined, origin));
  return withHdf5(weights, where, (file) => assemble(config, file, origin, where));
}

function assemble(
  config: Config,
  file: Hdf5Tree,
  origin: FileOrigin,
  where: string,
): ImportedModel {
  const graph = built(config, origin, where);
  const groups = namedGroups(file) ?? numberedGroups(file, graph.weighted, countedNames(config));
  return imported(graph, weightsOf(graph.weighted, groups, where), origin);
}

/** `to_json` does not say its version. Only Keras 3 calls the key of the input's shape `batch_shape`. */
function built(
  config: Config,
  { version, backend, images }: FileOrigin,
  where: string,
): KerasGraph {
  const topology = readTopology(config, where, images);
  const isKeras3 = topology.nodes[0]?.config.has("batch_shape") === true;
  const known = version ?? (isKeras3 ? "3.0" : undefined);
  return toGraph(topology, kerasVersion(known, { backend }), where);
}

function imported(
  kerasGraph: KerasGraph,
  weights: ReadonlyMap<string, Float32Array> | undefined,
  { version, format, metadata }: FileOrigin,
): ImportedModel {
  const origin = `Keras${version === undefined ? "" : ` ${version}`} (${format})`;
  return { origin, ...finished(kerasGraph, weights), ...statedFacts(metadata) };
}

/**
 * Reads the weights that a run starts from when it has a base. It checks the base's layers model against the network that the
 * base claims to be and leaves out the head. It only reads; the run writes the weights to the engine.
 */
import * as v from "valibot";
import { messageOf, PlaygroundError } from "../../core/errors.ts";
import { formatShape, sizeOf } from "../../core/shape.ts";
import { formatCount } from "../../core/units.ts";
import { type DataTransport, DEFAULT_TRANSPORT, request, whole } from "../../data/transport.ts";
import { BASES, type Base, type PretrainedBase, withoutHead } from "../../network/bases.ts";
import type { LayerGraph } from "../../network/graph.ts";
import { matchWeights, type WeightShapes } from "../../network/matchWeights.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { networkWeights } from "../../network/networkWeights.ts";

/** Keyed by path. */
export type StartWeights = ReadonlyMap<string, Float32Array>;

/** Weights that a person chose to start from. */
export interface ChosenWeights {
  /** Where they are from, for a sentence: `step 6 of One minute on any computer`. */
  readonly origin: string;
  readonly shapes: WeightShapes;
  /** Keyed by path. */
  readonly weights: StartWeights;
}

/**
 * Returns those of the chosen weights that fit a network by name and shape, and one sentence on them.
 * @throws PlaygroundError `setting.invalid` when nothing was chosen or none fits
 */
export function fittingWeights(
  chosen: ChosenWeights | undefined,
  graph: LayerGraph,
): { readonly weights: StartWeights; readonly words: string } {
  if (chosen === undefined)
    throw unfit("nothing was chosen", "Choose a run in Runs and press Continue with its weights.");
  const { origin, shapes, weights } = chosen;
  const { paths, taken, fresh } = matchWeights(shapes, graph);
  if (paths.size === 0)
    throw unfit(
      `no layer has the name and shape of one of ${origin}`,
      "Restore its settings, or choose other weights.",
    );
  const of = `${formatCount(taken.length)} of ${formatCount(taken.length + fresh.length)} layers`;
  const [only, ...more] = fresh;
  const names =
    only !== undefined && more.length === 0
      ? `${only.layer} (${only.reason})`
      : fresh.map(({ layer }) => layer).join(", ");
  const rest = fresh.length === 0 ? "" : `; new are ${names}`;
  return {
    weights: new Map([...weights].filter(([path]) => paths.has(path))),
    words: `Starts from the weights of ${origin}: ${of} with weights match by name and shape${rest}.`,
  };
}

function unfit(rule: string, remedy: string): PlaygroundError {
  return new PlaygroundError({
    code: "setting.invalid",
    where: "Base weights",
    rule,
    remedy,
    context: { setting: "base" },
  });
}

/** The parts of `model.json` that this file reads. TensorFlow.js reads the rest. */
const modelSchema = v.object({
  weightsManifest: v.tuple([
    v.object({
      paths: v.tuple([v.string()]),
      weights: v.array(
        v.object({
          name: v.string(),
          shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(1))),
          dtype: v.literal("float32"),
        }),
      ),
    }),
  ]),
});

/**
 * @param dataUrl the folder above the data sets; the folder of the bases is beside it.
 * @throws PlaygroundError `data.unreachable`, or `data.manifest-invalid` when the files are not that base
 */
export async function readBase(
  choice: PretrainedBase,
  dataUrl: string,
  changes: Partial<DataTransport> = {},
): Promise<StartWeights> {
  const base = BASES[choice];
  const transport = { ...DEFAULT_TRANSPORT, ...changes };
  const folder = new URL(
    `../models/${base.folder}/`,
    dataUrl.endsWith("/") ? dataUrl : `${dataUrl}/`,
  ).href;
  const read = <T>(name: string, take: (bytes: ArrayBuffer) => T): Promise<T> => {
    const url = new URL(name, folder).href;
    return transport.network.untilThere(`${base.folder}/${name}`, async (attempt) => {
      const response = await request(url, transport, attempt, "default");
      return take(await whole(url, response, attempt));
    });
  };
  const { paths, weights } = await read("model.json", (bytes) =>
    parseModel(new TextDecoder().decode(bytes)),
  );
  const [name] = paths;
  return read(name, (bytes) => bodyWeights(base, weights, bytes));
}

type Entry = v.InferOutput<typeof modelSchema>["weightsManifest"][0]["weights"][number];

function parseModel(text: string): v.InferOutput<typeof modelSchema>["weightsManifest"][0] {
  try {
    return v.parse(modelSchema, JSON.parse(text)).weightsManifest[0];
  } catch (error) {
    const got = messageOf(error);
    throw damaged("it is no layers model with one file of float32 weights", "a model.json", got);
  }
}

/** Checks each weight against the network that the base claims to be. */
function bodyWeights(base: Base, entries: readonly Entry[], bytes: ArrayBuffer): StartWeights {
  const graph = buildNetwork(base.network);
  const body = new Set(withoutHead(graph).map(({ name }) => name));
  const specs = networkWeights(graph);
  const length = specs.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
  if (bytes.byteLength !== length)
    throw damaged("its weights have another size", `${length} bytes`, String(bytes.byteLength));
  const found = new Map<string, Float32Array>();
  let place = 0;
  for (const [index, { path, layer, shape }] of specs.entries()) {
    const entry = entries[index];
    if (entry?.name !== path || formatShape(entry.shape) !== formatShape(shape)) {
      const got = entry === undefined ? "none" : `${entry.name} ${formatShape(entry.shape)}`;
      throw damaged("it holds another weight", `${path} ${formatShape(shape)}`, got);
    }
    const size = sizeOf(shape);
    if (body.has(layer)) found.set(path, new Float32Array(bytes, place, size));
    place += 4 * size;
  }
  return found;
}

function damaged(rule: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "data.manifest-invalid",
    where: "Base weights",
    rule,
    expected,
    got,
    remedy: "Put the files of this release on the server, or start without a base.",
    context: { setting: "base", isDamaged: true, reason: rule },
  });
}

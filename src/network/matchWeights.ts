/**
 * Compares the weights of a trained network with those that another network needs. A weight is taken when a layer of the same name
 * has one of the same name and shape. Pure functions.
 */
import { formatShape, type Shape, sizeOf } from "../core/shape.ts";
import type { LayerGraph } from "./graph.ts";
import { headLayer } from "./headLayer.ts";
import { networkWeights } from "./networkWeights.ts";

export type WeightShapes = ReadonlyMap<string, Shape>;

export interface WeightMatch {
  /** The paths of the weights that are taken. */
  readonly paths: ReadonlySet<string>;
  /** Layers of which all weights are taken, in the order of the summary. */
  readonly taken: readonly string[];
  /** Layers with a weight that is not, and why. */
  readonly fresh: readonly { readonly layer: string; readonly reason: string }[];
}

export function weightShapes(graph: LayerGraph): WeightShapes {
  return new Map(networkWeights(graph).map(({ path, shape }) => [path, shape]));
}

/**
 * Returns the shapes of trained weights. A network is trained with a head of as many units as the data has classes, so the last
 * dimension of a weight of the head follows from its length.
 *
 * @param graph of the settings as the person set them
 * @param weights keyed by path
 */
export function trainedShapes(
  graph: LayerGraph,
  weights: ReadonlyMap<string, Float32Array>,
): WeightShapes {
  const shapes = new Map<string, Shape>();
  const head = headLayer(graph)?.layer.name;
  for (const [path, shape] of weightShapes(graph)) {
    const length = weights.get(path)?.length;
    if (length === undefined) continue;
    const others = shape.slice(0, -1);
    const last = length / sizeOf(others);
    if (sizeOf(shape) === length) shapes.set(path, shape);
    else if (path.startsWith(`${head}/`) && Number.isInteger(last))
      shapes.set(path, [...others, last]);
  }
  return shapes;
}

/** @param shapes of the trained weights, keyed by path */
export function matchWeights(shapes: WeightShapes, graph: LayerGraph): WeightMatch {
  const paths = new Set<string>();
  const reasons = new Map<string, string | undefined>();
  for (const { path, layer, shape } of networkWeights(graph)) {
    const reason = differenceOf(shapes.get(path), shape);
    if (reason === undefined) paths.add(path);
    reasons.set(layer, reasons.get(layer) ?? reason);
  }
  const layers = [...reasons];
  return {
    paths,
    taken: layers.flatMap(([layer, reason]) => (reason === undefined ? [layer] : [])),
    fresh: layers.flatMap(([layer, reason]) => (reason === undefined ? [] : [{ layer, reason }])),
  };
}

function differenceOf(found: Shape | undefined, shape: Shape): string | undefined {
  if (found === undefined) return "no weight of this name";
  const [is, needs] = [formatShape(found), formatShape(shape)];
  return is === needs ? undefined : `${is} instead of ${needs}`;
}

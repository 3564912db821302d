/**
 * The network of an opened model file and its variants: with another number of classes, and with the other kind of convolution.
 * Pure functions, but for `openNetwork`.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { PlaygroundError } from "../../core/errors.ts";
import { greatestOf } from "../../core/numbers.ts";
import type { ConvolutionKind, NetworkSettings, OpenedName } from "../../settings/settings.ts";
import type { Conv2DLayer, Layer, LayerGraph } from "../graph.ts";
import { headLayer } from "../headLayer.ts";
import { isCut } from "./newHead.ts";
import { openedNetworks } from "./openedNetworks.ts";

/** Settings can name the network from now on, by the name that this returns. The same layers always have the same name. */
export function openNetwork(title: string, graph: LayerGraph): OpenedName {
  const name = nameOf(graph);
  const build = (settings: NetworkSettings) => variant(graph, settings, title);
  openedNetworks.set(name, { title, graph, build });
  return name;
}

export function nameOf(graph: LayerGraph): OpenedName {
  return `opened:${bytesToHex(sha256(utf8ToBytes(JSON.stringify(graph)))).slice(0, 16)}`;
}

/** Returns the kind of convolution that settings must have to give the network as it is in its file. */
export function convolutionOf({ layers }: LayerGraph): Exclude<ConvolutionKind, "pointwise-first"> {
  return layers.some(({ type }) => type === "SeparableConv2D") ? "separable" : "ordinary";
}

/** Whether the network has a convolution that the other kind can replace. */
export function hasTwin({ layers }: LayerGraph): boolean {
  return layers.some((layer) => layer.type === "SeparableConv2D" || isSeparable(layer));
}

function variant(graph: LayerGraph, settings: NetworkSettings, title: string): LayerGraph {
  const { convolution } = settings;
  // The head of a network that is cut off falls away, whatever it is.
  const withHead = (built: LayerGraph) =>
    isCut(settings) ? built : withClasses(built, settings.classes, title);
  const own = convolutionOf(graph);
  if (convolution === own) return withHead(graph);
  if (convolution === "pointwise-first")
    throw wrong("convolution", `${title} has no variant with the pointwise step first`, own);
  if (!hasTwin(graph))
    throw wrong("convolution", `${title} has no convolution that the other kind can replace`, own);
  const layers = graph.layers.flatMap((layer): readonly Layer[] => {
    if (layer.type === "SeparableConv2D") {
      const { depthMultiplier: _depthMultiplier, ...shared } = layer;
      return [{ ...shared, type: "Conv2D", groups: 1, activation: "linear" }];
    }
    return own === "ordinary" && isSeparable(layer) ? separated(layer) : [layer];
  });
  return withHead({ name: graph.name, layers });
}

/** A kernel of one pixel has nothing to separate. */
function isSeparable(layer: Layer): layer is Conv2DLayer {
  return layer.type === "Conv2D" && layer.groups === 1 && greatestOf(layer.kernelSize) > 1;
}

/** The activation, which a separable convolution does not have, keeps the name that the next layers read. */
function separated({ groups: _groups, activation, ...shared }: Conv2DLayer): readonly Layer[] {
  const layer = { ...shared, type: "SeparableConv2D", depthMultiplier: 1 } as const;
  if (activation === "linear") return [layer];
  const name = `${shared.name}_separable`;
  return [
    { ...layer, name },
    { type: "Activation", name: shared.name, inputs: [name], activation },
  ];
}

/** Another number of classes gives the head new weights. */
function withClasses(graph: LayerGraph, classes: number, title: string): LayerGraph {
  const head = headLayer(graph);
  if (head === undefined)
    throw wrong("network", `${title} does not end in a layer with one value for each class`);
  const { layer, units } = head;
  if (units === classes) return graph;
  const changed: Layer =
    layer.type === "Dense" ? { ...layer, units: classes } : { ...layer, filters: classes };
  return {
    name: graph.name,
    layers: graph.layers.map((one) => (one === layer ? changed : one)),
  };
}

function wrong(
  setting: "network" | "convolution",
  rule: string,
  own?: ConvolutionKind,
): PlaygroundError {
  return new PlaygroundError({
    code: "setting.invalid",
    where: setting === "network" ? "Architecture" : "Convolution",
    rule,
    ...(own !== undefined && { expected: own }),
    remedy: own === undefined ? "Open a classifier." : "Leave it as it is in the file.",
    context: { setting },
  });
}

/**
 * Decides what the architecture picture shows: layers, blocks folded to one box, and consecutive equal blocks folded to one
 * more. Pure functions. A network without blocks is shown layer by layer.
 */
import type { Shape } from "../../core/shape.ts";
import type { LayerAnalysis, NetworkAnalysis } from "../../network/analysis.ts";
import { type Block, blocksAndLayers } from "../../network/blocks.ts";
import { activationName, type Layer } from "../../network/graph.ts";

/** The kind of convolution that a box is marked with; `none` for everything else. */
export type PartKind = "separable" | "ordinary" | "none";

export interface Part {
  readonly id: string;
  readonly title: string;
  /** Type and settings of a layer, or the number of layers of a block. */
  readonly words: string;
  readonly kind: PartKind;
  /** Shapes of all input tensors, without the batch axis. */
  readonly inputShapes: readonly Shape[];
  readonly shape: Shape;
  readonly params: number;
  /** True for a folded part, which can be opened. */
  readonly folded: boolean;
}

/** The frame around the parts of an unfolded block or run. */
export interface Frame {
  readonly id: string;
  readonly title: string;
  /** Ids of the parts inside it. */
  readonly parts: readonly string[];
}

export interface Architecture {
  readonly parts: readonly Part[];
  /** Pairs of part ids. */
  readonly edges: readonly (readonly [from: string, to: string])[];
  readonly frames: readonly Frame[];
}

/** One block, or consecutive equal blocks. */
interface Run {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Returns the ids of everything that can be unfolded. */
export function foldableIds(analysis: NetworkAnalysis): readonly string[] {
  return runsOf(analysis).flatMap((item) =>
    "blocks" in item
      ? [...(item.blocks.length > 1 ? [item.id] : []), ...item.blocks.map(({ id }) => id)]
      : [],
  );
}

/** @param unfolded ids of blocks and of runs of equal blocks that are open. */
export function architectureParts(
  analysis: NetworkAnalysis,
  unfolded: ReadonlySet<string>,
): Architecture {
  const parts: Part[] = [];
  const frames: Frame[] = [];
  /** Maps each layer to the part that shows it. */
  const shownBy = new Map<string, string>();
  const show = (part: Part, layers: readonly LayerAnalysis[]) => {
    parts.push(part);
    for (const { layer } of layers) shownBy.set(layer.name, part.id);
  };
  const showLayer = (entry: LayerAnalysis) => show(layerPart(entry), [entry]);
  const frameFrom = (
    start: number,
    { id, title }: { readonly id: string; readonly title: string },
  ) => frames.push({ id, title, parts: parts.slice(start).map((part) => part.id) });
  const showBlock = (block: Block) => {
    const named = { id: block.id, title: `block ${block.number}` };
    if (!unfolded.has(block.id)) {
      show(foldedPart(named, block.layers), block.layers);
      return;
    }
    const start = parts.length;
    block.layers.forEach(showLayer);
    frameFrom(start, named);
  };

  for (const item of runsOf(analysis)) {
    if (!("blocks" in item)) showLayer(item);
    else if (item.blocks.length === 1) item.blocks.forEach(showBlock);
    else if (unfolded.has(item.id)) {
      const start = parts.length;
      item.blocks.forEach(showBlock);
      frameFrom(start, item);
    } else {
      const layers = item.blocks.flatMap((block) => block.layers);
      show(foldedPart(item, layers), layers);
    }
  }
  return { parts, edges: edgesOf(analysis, shownBy), frames };
}

/** Groups the layers in network order: single layers, blocks, and consecutive equal blocks together. */
function runsOf(analysis: NetworkAnalysis): readonly (LayerAnalysis | Run)[] {
  const items: (LayerAnalysis | Run)[] = [];
  for (const item of blocksAndLayers(analysis.layers)) {
    const before = items.at(-1);
    const isRepeat =
      "layers" in item &&
      before !== undefined &&
      "blocks" in before &&
      signatureOf(before.blocks[0]) === signatureOf(item);
    if (isRepeat) items.splice(-1, 1, runOf([...before.blocks, item]));
    else items.push("layers" in item ? runOf([item]) : item);
  }
  return items;
}

function runOf(blocks: readonly Block[]): Run {
  const [first, last] = [blocks[0]?.number, blocks.at(-1)?.number];
  return {
    id: blocks.length === 1 ? (blocks[0]?.id ?? "") : `${blocks[0]?.id}-repeated`,
    title: blocks.length === 1 ? `block ${first}` : `blocks ${first}-${last} (× ${blocks.length})`,
    blocks,
  };
}

/** Returns a string that is equal for blocks that differ only in names. */
function signatureOf(block: Block | undefined): string {
  const layers = block?.layers.map(({ layer, shape, params }) => [layer.type, shape, params]);
  return JSON.stringify(layers);
}

function layerPart({ layer, inputShapes, shape, params }: LayerAnalysis): Part {
  return {
    id: layer.name,
    title: layer.name,
    words: wordsOf(layer),
    kind: kindOf(layer),
    inputShapes,
    shape,
    params,
    folded: false,
  };
}

function foldedPart(
  { id, title }: { readonly id: string; readonly title: string },
  layers: readonly LayerAnalysis[],
): Part {
  const incoming = new Map(
    layers.flatMap(({ layer, inputShapes }) =>
      layer.inputs.map((name, index) => [name, inputShapes[index] ?? []] as const),
    ),
  );
  for (const { layer } of layers) incoming.delete(layer.name);
  const kinds = layers.map(({ layer }) => kindOf(layer));
  return {
    id,
    title,
    words: `${layers.length} layers`,
    kind: kinds.includes("separable")
      ? "separable"
      : kinds.includes("ordinary")
        ? "ordinary"
        : "none",
    inputShapes: [...incoming.values()],
    shape: layers.at(-1)?.shape ?? [],
    params: layers.reduce((sum, entry) => sum + entry.params, 0),
    folded: true,
  };
}

/** A 1x1 window only mixes channels, so it is of neither kind. */
function kindOf(layer: Layer): PartKind {
  switch (layer.type) {
    case "SeparableConv2D":
    case "DepthwiseConv2D":
      return "separable";
    case "Conv2D":
      return layer.kernelSize.some((side) => side > 1) ? "ordinary" : "none";
    default:
      return "none";
  }
}

/** Describes a layer: `SeparableConv2D 3×3`, `MaxPooling2D 3×3, stride 2`, `Activation relu` */
function wordsOf(layer: Layer): string {
  switch (layer.type) {
    case "Conv2D":
    case "DepthwiseConv2D":
    case "SeparableConv2D":
      return windowWords(layer.type, layer.kernelSize, layer.strides, [1, 1]);
    case "MaxPooling2D":
    case "AveragePooling2D":
      return windowWords(layer.type, layer.poolSize, layer.strides, layer.poolSize);
    case "Activation":
      return `${layer.type} ${activationName(layer.activation)}`;
    case "Dense":
      return layer.activation === "linear"
        ? layer.type
        : `${layer.type} ${activationName(layer.activation)}`;
    case "Dropout":
      return `${layer.type} ${layer.rate}`;
    default:
      return layer.type;
  }
}

function windowWords(
  type: string,
  window: readonly number[],
  strides: readonly number[],
  usual: readonly number[],
): string {
  const [down, across] = strides;
  if (usual.every((side, axis) => side === strides[axis])) return `${type} ${window.join("×")}`;
  return `${type} ${window.join("×")}, stride ${down === across ? down : strides.join("×")}`;
}

function edgesOf(
  analysis: NetworkAnalysis,
  shownBy: ReadonlyMap<string, string>,
): Architecture["edges"] {
  const edges = new Map<string, readonly [string, string]>();
  for (const { layer } of analysis.layers) {
    const to = shownBy.get(layer.name);
    for (const input of layer.inputs) {
      const from = shownBy.get(input);
      if (from === undefined || to === undefined || from === to) continue;
      edges.set(`${from} ${to}`, [from, to]);
    }
  }
  return [...edges.values()];
}

/**
 * Folds a network's layers into the blocks of its picture. A network with flows has a stem, the blocks of the entry flow, the
 * middle flow once with its count, the exit flow and a head. Any other network has its residual blocks, its convolutions and its
 * dense layers. Pure functions.
 */
import type { Shape } from "../core/shape.ts";
import { graphOf, type LayerAnalysis, type NetworkAnalysis } from "../network/analysis.ts";
import { type Block, blocksAndLayers, convolutionName, placesOf } from "../network/blocks.ts";
import { frozenNames } from "../network/frozen.ts";
import type { Flow, LayerPlace } from "../network/graph.ts";

/** What a bracket over the picture spans. */
export type PictureFlow = Flow | "Convolutions" | "Head";

/** A convolution as the paper counts them: a separable convolution counts once even when it is two layers. */
export interface ConvolutionSummary {
  /** `block4_sepconv1` */
  readonly name: string;
  readonly macs: number;
  /** Share of all the network's MACs, in `[0, 1]`; the convolution of a folded block counts once. */
  readonly share: number;
  /** True for the 1x1 convolution of a shortcut. */
  readonly shortcut: boolean;
}

export interface BlockSummary {
  /** `block4`; the folded middle flow is `middle`, the classifier `head`. It stays the same when other settings change. */
  readonly id: string;
  /** The title in the picture: `stem`, `4`, `middle × 3`, `head`. */
  readonly title: string;
  /** The title for screen readers: `Block 4`. */
  readonly spokenTitle: string;
  readonly flow: PictureFlow;
  /** The number of blocks that this one stands for. */
  readonly repeats: number;
  /** Shape of the output, without the batch axis. */
  readonly shape: Shape;
  /** Parameters of all repeats together. */
  readonly params: number;
  /** For one image, all repeats together. */
  readonly macs: number;
  /** Share of all the network's MACs, in `[0, 1]`. */
  readonly share: number;
  readonly hasResidual: boolean;
  /** Whether all its layers are frozen. */
  readonly isFrozen: boolean;
  /** The convolutions of one repeat. */
  readonly convolutions: readonly ConvolutionSummary[];
  /** The layers of one repeat, in the order of the graph. */
  readonly layers: readonly LayerAnalysis[];
}

/** Layers that the picture shows as one block, with its texts. `repeated` holds the blocks that are repeated. */
interface Group extends Pick<BlockSummary, "id" | "title" | "spokenTitle" | "flow"> {
  readonly repeated: readonly (readonly LayerAnalysis[])[];
}

/** Returns the blocks in the order of the network. */
export function summarizeBlocks(
  analysis: NetworkAnalysis,
  frozenLayers = 0,
): readonly BlockSummary[] {
  const { layers, macs } = analysis;
  const frozen = frozenNames(graphOf(analysis), frozenLayers);
  const places = placesOf(layers);
  const items = blocksAndLayers(layers, places);
  const hasFlows = items.some((item) => isBlock(item) && item.flow !== undefined);
  const groups = hasFlows ? flowGroups(items) : partGroups(items);
  return groups.map((group) => summarizeGroup(group, macs, places, frozen));
}

/** Layers before the first block belong to it, and those after the last block are the head. */
function flowGroups(items: readonly (LayerAnalysis | Block)[]): readonly Group[] {
  const before: LayerAnalysis[] = [];
  const groups: (Omit<Group, "repeated"> & { readonly repeated: LayerAnalysis[][] })[] = [];
  const head: LayerAnalysis[] = [];
  const lastBlock = items.findLastIndex(isBlock);
  for (const [index, item] of items.entries()) {
    const last = groups.at(-1);
    if (index > lastBlock && !isBlock(item)) head.push(item);
    else if (!isBlock(item)) (last?.repeated.at(-1) ?? before).push(item);
    else {
      const { id, number, flow = "Entry flow" } = item;
      const layers = [...before.splice(0), ...item.layers];
      if (flow === "Middle flow" && last?.flow === flow) last.repeated.push(layers);
      else {
        const title = number === 1 ? "stem" : String(number);
        const spokenTitle = number === 1 ? "Stem" : `Block ${number}`;
        groups.push({ id, title, spokenTitle, flow, repeated: [layers] });
      }
    }
  }
  const named = groups.map((group) => (group.flow === "Middle flow" ? middle(group) : group));
  return head.length === 0
    ? named
    : [
        ...named,
        { id: "head", title: "head", spokenTitle: "Head", flow: "Head", repeated: [head] },
      ];
}

function middle({ flow, repeated }: Group): Group {
  const { length } = repeated;
  return {
    id: "middle",
    title: `middle × ${length}`,
    spokenTitle: `Middle flow, ${length} ${length === 1 ? "block" : "equal blocks"}`,
    flow,
    repeated,
  };
}

/**
 * Returns a group for each residual block, each other convolution and each dense layer. What follows one of them belongs to it.
 */
function partGroups(items: readonly (LayerAnalysis | Block)[]): readonly Group[] {
  const parts: { name: string; flow: PictureFlow; layers: LayerAnalysis[] }[] = [];
  const before: LayerAnalysis[] = [];
  const start = (name: string, flow: PictureFlow, layers: readonly LayerAnalysis[]) =>
    parts.push({ name, flow, layers: [...before.splice(0), ...layers] });
  for (const item of items) {
    const last = parts.at(-1);
    if (isBlock(item)) start(item.id, "Convolutions", item.layers);
    else if (item.layer.type === "Dense") start(item.layer.name, "Head", [item]);
    else if (isConvolution(item.layer.type) && last?.name !== convolutionName(item.layer))
      start(convolutionName(item.layer), "Convolutions", [item]);
    else (last?.layers ?? before).push(item);
  }
  return parts.map(({ name, flow, layers }) => ({
    ...{ id: name, title: name, spokenTitle: name, flow, repeated: [layers] },
  }));
}

function isBlock(item: LayerAnalysis | Block): item is Block {
  return "layers" in item;
}

function summarizeGroup(
  { repeated, ...naming }: Group,
  networkMacs: number,
  places: ReadonlyMap<string, LayerPlace>,
  frozen: ReadonlySet<string>,
): BlockSummary {
  const layers = repeated[0] ?? [];
  const macs = sum(repeated.flat().map((entry) => entry.macs));
  return {
    ...naming,
    repeats: repeated.length,
    shape: layers.at(-1)?.shape ?? [],
    params: sum(repeated.flat().map((entry) => entry.params)),
    macs,
    share: shareOf(macs, networkMacs),
    isFrozen: repeated.flat().every(({ layer }) => frozen.has(layer.name)),
    hasResidual: layers.some(({ layer }) => layer.type === "Add"),
    convolutions: summarizeConvolutions(layers, networkMacs, places),
    layers,
  };
}

function summarizeConvolutions(
  layers: readonly LayerAnalysis[],
  networkMacs: number,
  places: ReadonlyMap<string, LayerPlace>,
): readonly ConvolutionSummary[] {
  const joined = new Map<string, { macs: number; shortcut: boolean }>();
  for (const { layer, macs } of layers) {
    if (!isConvolution(layer.type)) continue;
    const name = convolutionName(layer);
    const known = joined.get(name);
    joined.set(name, {
      macs: (known?.macs ?? 0) + macs,
      shortcut: places.get(layer.name)?.shortcut ?? false,
    });
  }
  return [...joined].map(([name, { macs, shortcut }]) => ({
    name,
    macs,
    share: shareOf(macs, networkMacs),
    shortcut,
  }));
}

function isConvolution(type: LayerAnalysis["layer"]["type"]): boolean {
  return type === "Conv2D" || type === "SeparableConv2D" || type === "DepthwiseConv2D";
}

function shareOf(macs: number, networkMacs: number): number {
  return networkMacs === 0 ? 0 : macs / networkMacs;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

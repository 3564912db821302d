/**
 * Folds a network's layers into the blocks of its picture: stem, entry flow, the middle flow once with its
 * count, exit flow, head. Pure. Xception's blocks are known by their Keras prefix, `block7_`; which layers
 * compute what is known by their type. A network without such blocks is folded into its convolutions and dense
 * layers, each with what follows it.
 */
import type { Shape } from "../core/shape.ts";
import type { LayerAnalysis, NetworkAnalysis } from "../network/analysis.ts";

export type Flow = "Entry flow" | "Middle flow" | "Exit flow" | "Convolutions" | "Head";

/** A convolution as the paper counts them: a separable one whose halves are two layers is still one. */
export interface ConvolutionSummary {
  /** `block4_sepconv1` */
  readonly name: string;
  readonly macs: number;
  /** Share of all the network's MACs, in `[0, 1]`; a folded block's convolution counts once. */
  readonly share: number;
  /** The 1x1 convolution of a shortcut. */
  readonly shortcut: boolean;
}

export interface BlockSummary {
  /** `block4`; the folded middle flow is `middle`, the classifier `head`. Stays when other settings change. */
  readonly id: string;
  /** As the picture writes it: `stem`, `4`, `middle × 3`, `head`. */
  readonly title: string;
  /** As it is spoken: `Block 4`. */
  readonly spokenTitle: string;
  readonly flow: Flow;
  /** How many blocks this one stands for. */
  readonly repeats: number;
  /** Of the output, without the batch. */
  readonly shape: Shape;
  /** All repeats together. */
  readonly params: number;
  /** For one image, all repeats together. */
  readonly macs: number;
  /** Share of all the network's MACs, in `[0, 1]`. */
  readonly share: number;
  readonly hasResidual: boolean;
  /** Of one repeat. */
  readonly convolutions: readonly ConvolutionSummary[];
  /** Of one repeat, in the order of the graph. */
  readonly layers: readonly LayerAnalysis[];
  /** Output shapes of every layer that `layers` take their input from, by name. */
  readonly inputShapes: ReadonlyMap<string, Shape>;
}

const NUM_ENTRY_BLOCKS = 4;
const NUM_EXIT_BLOCKS = 2;

/** The blocks in the order of the network. */
export function summarizeBlocks(analysis: NetworkAnalysis): readonly BlockSummary[] {
  const shapes = new Map(analysis.layers.map(({ layer, shape }) => [layer.name, shape]));
  const summarize: Summarize = (parts, naming) =>
    summarizeOne(parts, naming, analysis.macs, shapes);
  const hasBlocks = analysis.layers.some(({ layer }) => blockNumberOf(layer.name) !== undefined);
  return hasBlocks
    ? summarizeFlows(analysis.layers, summarize)
    : summarizeParts(analysis.layers, summarize);
}

function summarizeFlows(
  layers: readonly LayerAnalysis[],
  summarize: Summarize,
): readonly BlockSummary[] {
  const { bodies, head } = splitLayers(layers);
  const numMiddle = Math.max(0, bodies.length - NUM_ENTRY_BLOCKS - NUM_EXIT_BLOCKS);
  const firstExit = NUM_ENTRY_BLOCKS + numMiddle;

  const middle = bodies.slice(NUM_ENTRY_BLOCKS, firstExit);
  const numbered = (layers: readonly LayerAnalysis[], index: number, flow: Flow) =>
    summarize([layers], {
      id: `block${index + 1}`,
      title: index === 0 ? "stem" : String(index + 1),
      spokenTitle: index === 0 ? "Stem" : `Block ${index + 1}`,
      flow,
    });
  return [
    ...bodies
      .slice(0, NUM_ENTRY_BLOCKS)
      .map((layers, index) => numbered(layers, index, "Entry flow")),
    ...(middle.length === 0
      ? []
      : [
          summarize(middle, {
            id: "middle",
            title: `middle × ${middle.length}`,
            spokenTitle: `Middle flow, ${middle.length} ${middle.length === 1 ? "block" : "equal blocks"}`,
            flow: "Middle flow",
          }),
        ]),
    ...bodies
      .slice(firstExit)
      .map((layers, index) => numbered(layers, firstExit + index, "Exit flow")),
    ...(head.length === 0
      ? []
      : [summarize([head], { id: "head", title: "head", spokenTitle: "Head", flow: "Head" })]),
  ];
}

/** A block for each convolution (its halves together) and each dense layer, named as that layer is. */
function summarizeParts(
  layers: readonly LayerAnalysis[],
  summarize: Summarize,
): readonly BlockSummary[] {
  const parts: { name: string; flow: Flow; layers: LayerAnalysis[] }[] = [];
  const before: LayerAnalysis[] = [];
  for (const entry of layers) {
    const { type, name } = entry.layer;
    const last = parts.at(-1);
    if ((isConvolution(type) || type === "Dense") && last?.name !== convolutionName(name)) {
      const flow = type === "Dense" ? "Head" : "Convolutions";
      parts.push({ name: convolutionName(name), flow, layers: [...before.splice(0), entry] });
    } else {
      (last?.layers ?? before).push(entry);
    }
  }
  return parts.map(({ name, flow, layers: ofPart }) =>
    summarize([ofPart], { id: name, title: name, spokenTitle: name, flow }),
  );
}

/** The number in Keras' prefix: 7 for `block7_sepconv2_bn`. */
function blockNumberOf(layerName: string): number | undefined {
  const digits = /^block(\d+)_/.exec(layerName)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Layers without a number before the first block belong to it; those after the last one are the head. */
function splitLayers(layers: readonly LayerAnalysis[]) {
  const numbers = layers.map(({ layer }) => blockNumberOf(layer.name));
  const lastOfBlocks = numbers.findLastIndex((number) => number !== undefined);
  const bodies = new Map<number, LayerAnalysis[]>();
  let current = numbers.find((number) => number !== undefined) ?? 1;
  for (const [index, entry] of layers.slice(0, lastOfBlocks + 1).entries()) {
    current = numbers[index] ?? current;
    const body = bodies.get(current);
    if (body === undefined) bodies.set(current, [entry]);
    else body.push(entry);
  }
  const inOrder = [...bodies].sort(([a], [b]) => a - b).map(([, body]) => body);
  return { bodies: inOrder, head: layers.slice(lastOfBlocks + 1) };
}

type Naming = Pick<BlockSummary, "id" | "title" | "spokenTitle" | "flow">;
type Summarize = (parts: readonly (readonly LayerAnalysis[])[], naming: Naming) => BlockSummary;

function summarizeOne(
  parts: readonly (readonly LayerAnalysis[])[],
  naming: Naming,
  networkMacs: number,
  shapes: ReadonlyMap<string, Shape>,
): BlockSummary {
  const layers = parts[0] ?? [];
  const macs = sum(parts.flat().map((entry) => entry.macs));
  const inputNames = layers.flatMap(({ layer }) => layer.inputs);
  return {
    ...naming,
    repeats: parts.length,
    shape: layers.at(-1)?.shape ?? [],
    params: sum(parts.flat().map((entry) => entry.params)),
    macs,
    share: shareOf(macs, networkMacs),
    hasResidual: layers.some(({ layer }) => layer.type === "Add"),
    convolutions: summarizeConvolutions(layers, networkMacs),
    layers,
    inputShapes: new Map(inputNames.map((name) => [name, shapes.get(name) ?? []])),
  };
}

function summarizeConvolutions(
  layers: readonly LayerAnalysis[],
  networkMacs: number,
): readonly ConvolutionSummary[] {
  const joined = new Map<string, { macs: number; shortcut: boolean }>();
  for (const { layer, macs } of layers) {
    if (!isConvolution(layer.type)) continue;
    const name = convolutionName(layer.name);
    const known = joined.get(name);
    joined.set(name, {
      macs: (known?.macs ?? 0) + macs,
      shortcut: layer.name.endsWith("_residual_conv"),
    });
  }
  return [...joined].map(([name, { macs, shortcut }]) => ({
    name,
    macs,
    share: shareOf(macs, networkMacs),
    shortcut,
  }));
}

/** Of both halves of a convolution alike. */
function convolutionName(layerName: string): string {
  return layerName.replace(/_(depthwise|pointwise)$/, "");
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

/**
 * Pretrained networks whose weights a run may start from. Each has a folder in `public/models/` with its weights. The structure
 * is described here, so that it can be checked whether a network fits without loading anything.
 */
import { PlaygroundError } from "../core/errors.ts";
import { paperSettings } from "../settings/recipes/paper.ts";
import type { BaseChoice, NetworkSettings } from "../settings/settings.ts";
import type { Layer, LayerGraph } from "./graph.ts";
import { isCut } from "./networks/newHead.ts";
import { buildNetwork } from "./networks/registry.ts";

export interface Base {
  /** Below `public/models/`. */
  readonly folder: string;
  readonly title: string;
  readonly network: NetworkSettings;
}

/** The pretrained networks that come with the page. */
export type PretrainedBase = Exclude<BaseChoice, "none" | "chosen">;

export const BASES: Readonly<Record<PretrainedBase, Base>> = {
  "fashion-mnist": {
    folder: "fashion-base",
    title: "the small Xception trained on Fashion-MNIST",
    network: {
      ...paperSettings,
      inputSize: 48,
      classes: 10,
      middleRepeats: 1,
      width: 0.125,
    },
  },
};

/**
 * Checks that the base equals the network in all layers but the last, because those give their weights. Where the network is cut
 * off, so is the base.
 *
 * @throws PlaygroundError `setting.invalid`, for the control of the base, naming the first layer that differs.
 */
export function requireBaseFits({ network, title }: Base, settings: NetworkSettings): void {
  const { inputSize, cutLayer, headPooling, headDropout } = settings;
  const graph = buildNetwork(settings);
  const cut = isCut(settings) ? { inputSize, cutLayer, headPooling, headDropout } : {};
  const theirs = withoutHead(buildNetwork({ ...network, ...cut }));
  const ours = withoutHead(graph);
  for (let index = 0; index < Math.max(ours.length, theirs.length); index += 1) {
    const [own, base] = [ours[index], theirs[index]];
    const difference = differenceOf(own, base);
    if (difference === undefined) continue;
    const layer = own?.name ?? base?.name ?? "";
    throw new PlaygroundError({
      code: "setting.invalid",
      where: "Base weights",
      rule: `${layer} is another layer in ${title}`,
      expected: difference.base,
      got: difference.own,
      remedy: "Choose a recipe for transfer learning, or set Base weights to another choice.",
      context: { setting: "base", layer },
    });
  }
}

export function withoutHead({ layers }: LayerGraph): readonly Layer[] {
  return layers.slice(0, -1);
}

interface Difference {
  readonly own: string;
  readonly base: string;
}

function differenceOf(own: Layer | undefined, base: Layer | undefined): Difference | undefined {
  if (own === undefined || base === undefined || own.name !== base.name || own.type !== base.type)
    return { own: nameOf(own), base: nameOf(base) };
  const [ownParts, baseParts] = [comparable(own), comparable(base)];
  const key = Object.keys(baseParts).find((name) => ownParts[name] !== baseParts[name]);
  if (key === undefined) return undefined;
  return { own: `${key} ${ownParts[key]}`, base: `${key} ${baseParts[key]}` };
}

/**
 * Leaves out the image size, which convolutions do not depend on, and the momentum of the statistics, which belongs to
 * training.
 */
function comparable(layer: Layer): Readonly<Record<string, string>> {
  if (layer.type === "InputLayer") return { channels: String(layer.shape[2]) };
  const { name: _name, type: _type, place: _place, ...attributes } = layer;
  const entries = Object.entries(attributes).filter(([key]) => key !== "momentum");
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

function nameOf(layer: Layer | undefined): string {
  return layer === undefined ? "no further layer" : `${layer.name} (${layer.type})`;
}

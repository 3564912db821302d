/** The changes of settings that cut a network off behind a layer. Pure functions. */
import { isCut } from "../../network/networks/newHead.ts";
import type { Settings } from "../../settings/settings.ts";
import { networkOf } from "./derived.ts";

/** Frozen layers that fall away with the cut are not counted any more. */
export function cutBehind(settings: Settings, cutLayer: string): Partial<Settings> {
  const network = networkOf({ ...settings, cutLayer });
  const kept = network.ok
    ? network.graph.layers.findIndex(({ name }) => name === cutLayer) + 1
    : settings.frozenLayers;
  return { cutLayer, frozenLayers: Math.min(settings.frozenLayers, kept) };
}

/** Whether the layer belongs to the head that a cut has put behind the network. */
export function isOfNewHead(settings: Settings, layer: string): boolean {
  const network = networkOf(settings);
  if (!network.ok || !isCut(settings)) return false;
  const names = network.graph.layers.map(({ name }) => name);
  return names.indexOf(layer) > names.indexOf(settings.cutLayer);
}

/**
 * Values that depend on the settings alone: the network, its counts and those of its twin. They are cached for each network, so
 * a slider that goes back and forth costs nothing, and a new learning rate builds no new network.
 */
import { type ErrorContext, serializeError } from "../../core/errors.ts";
import type { NetworkAnalysis } from "../../network/analysis.ts";
import { analyze } from "../../network/analyze.ts";
import { trainedParams } from "../../network/frozen.ts";
import type { LayerGraph } from "../../network/graph.ts";
import { headUnits } from "../../network/head.ts";
import { trainingMemoryBytes } from "../../network/memory.ts";
import { openedNetworks } from "../../network/networks/openedNetworks.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { isOpened, keysThatAffect } from "../../settings/fields.ts";
import type { Settings } from "../../settings/settings.ts";
import { twinOf } from "../../settings/twin.ts";

export type NetworkResult =
  | {
      readonly ok: true;
      readonly graph: LayerGraph;
      readonly analysis: NetworkAnalysis;
      /** Why it can be counted but not trained; `null` when it can be trained. */
      readonly untrainable: string | null;
    }
  | { readonly ok: false; readonly message: string; readonly context: ErrorContext };

/** The counts of one network, as the cost strip shows them. */
export interface Costs {
  readonly parameters: number;
  readonly trainableParameters: number;
  /** For one image. */
  readonly macs: number;
  /** An estimate for training. */
  readonly memoryBytes: number;
}

const REMEMBERED = 100;
const NETWORK_KEYS = keysThatAffect("network");
const results = new Map<string, NetworkResult>();
const trained = new WeakMap<NetworkAnalysis, { frozenLayers: number; count: number }>();

/** Returns the network of these settings, or why there is none. The same network gives the same object. */
export function networkOf(settings: Settings): NetworkResult {
  const { network } = settings;
  const isKnown = !isOpened(network) || openedNetworks.has(network);
  const key = `${isKnown} ${NETWORK_KEYS.map((name) => String(settings[name])).join(" ")}`;
  const known = results.get(key);
  if (known) return known;
  const result = derive(settings);
  const oldest = results.keys().next();
  if (results.size >= REMEMBERED && !oldest.done) results.delete(oldest.value);
  results.set(key, result);
  return result;
}

/** `null` when the settings give no network. */
export function costsOf(settings: Settings): Costs | null {
  const network = networkOf(settings);
  if (!network.ok) return null;
  const { analysis } = network;
  return {
    parameters: analysis.params,
    trainableParameters: trainedOf(analysis, settings.frozenLayers),
    macs: analysis.macs,
    memoryBytes: trainingMemoryBytes(analysis, settings),
  };
}

/** Says that every layer with weights is frozen; `null` when something is trained. */
export function allFrozen(settings: Settings): string | null {
  const { frozenLayers } = settings;
  const network = networkOf(settings);
  if (frozenLayers === 0 || !network.ok || trainedOf(network.analysis, frozenLayers) > 0)
    return null;
  return "Frozen layers: no layer with weights is left to train. Freeze fewer layers.";
}

/** Returns why these settings give no network that can be trained, in a sentence; `null` when they give one. */
export function whyUntrainable(settings: Settings): string | null {
  const network = networkOf(settings);
  return network.ok ? (network.untrainable ?? allFrozen(settings)) : network.message;
}

/** Like `trainedParams`, which sorts all layers: each network remembers its newest count, because every change of the state asks. */
function trainedOf(analysis: NetworkAnalysis, frozenLayers: number): number {
  const known = trained.get(analysis);
  if (known?.frozenLayers === frozenLayers) return known.count;
  const count = trainedParams(analysis, frozenLayers);
  trained.set(analysis, { frozenLayers, count });
  return count;
}

/** Returns the settings of the twin, which has the other kind of convolution. */
export function twinSettings(settings: Settings): Settings {
  return twinOf(settings);
}

function derive(settings: Settings): NetworkResult {
  try {
    const graph = buildNetwork(settings);
    const analysis = analyze(graph);
    return { ok: true, graph, analysis, untrainable: faultOf(() => headUnits(analysis)) };
  } catch (error) {
    const { message, context } = serializeError(error);
    return { ok: false, message, context };
  }
}

function faultOf(check: () => unknown): string | null {
  try {
    check();
    return null;
  } catch (error) {
    return serializeError(error).message;
  }
}

/** Matches the number of parameters of two networks by the width of one of them, as the paper does. */

import type { NetworkSizes } from "../settings/experiments/experiment.ts";
import { FIELDS } from "../settings/fields.ts";
import type { NetworkSettings } from "../settings/settings.ts";
import { analyze } from "./analyze.ts";
import { buildNetwork } from "./networks/registry.ts";

/**
 * Only multiples of 1/8 of the field's step are tried: filters come in multiples of 8, so finer widths would give the same
 * networks.
 */
const STEPS_OF_GRID = 8;

export function parametersOf(settings: NetworkSettings): number {
  return analyze(buildNetwork(settings)).params;
}

/**
 * Returns `settings` with the allowed width whose number of parameters is closest to `parameters`; of two equally close ones,
 * the smaller. Parameters never decrease with the width, so bisection finds it.
 *
 * @throws PlaygroundError `network.*` when there is no such network at any width.
 */
export function matchParameters<S extends NetworkSettings>(settings: S, parameters: number): S {
  const { min, max, step } = FIELDS.width;
  const unit = step / STEPS_OF_GRID;
  const at = (place: number): S => ({ ...settings, width: min + place * unit });
  let low = 0;
  let high = Math.round((max - min) / unit);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (parametersOf(at(middle)) >= parameters) high = middle;
    else low = middle;
  }
  const distance = (place: number) => Math.abs(parametersOf(at(place)) - parameters);
  return at(distance(high) < distance(low) ? high : low);
}

/** For experiments, which know only settings. */
export const NETWORK_SIZES: NetworkSizes = { parametersOf, matchParameters };

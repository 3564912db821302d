/** Two networks with as many parameters, by the width of one of them: what the paper compares. */

import type { NetworkSizes } from "../settings/experiments/experiment.ts";
import { FIELDS } from "../settings/fields.ts";
import type { NetworkSettings } from "../settings/settings.ts";
import { analyze } from "./analyze.ts";
import { buildNetwork } from "./networks/registry.ts";

/** Widths looked at: filters come in multiples of 8, so that finer ones would give the same networks. */
const STEPS_OF_GRID = 8;

export function parametersOf(settings: NetworkSettings): number {
  return analyze(buildNetwork(settings)).params;
}

/**
 * `settings` at the width, of those the field allows, at which its parameters come nearest to `parameters`; the smaller
 * one of two that are equally near. Parameters never fall as the width grows, so that halving finds it.
 *
 * @throws PlaygroundError `network.*` where there is no such network at any width.
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

/** For experiments, which know settings alone. */
export const NETWORK_SIZES: NetworkSizes = { parametersOf, matchParameters };

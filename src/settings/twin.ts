/** Derives the network to compare with: the same one with the other kind of convolution. */
import type { NetworkSettings } from "./settings.ts";

/**
 * Returns the ordinary-convolution twin of a separable network, or the separable twin of an ordinary one. Settings that only a
 * separable convolution has (activation between its two parts, depth multiplier) stay in the record and have no effect in the
 * ordinary twin.
 */
export function twinOf<S extends NetworkSettings>(settings: S): S {
  return {
    ...settings,
    convolution: settings.convolution === "ordinary" ? "separable" : "ordinary",
  };
}

/** The network to compare with: the same one with the other kind of convolution. */
import type { NetworkSettings } from "./settings.ts";

/**
 * The ordinary-convolution twin of a separable network, or the separable twin of an ordinary one.
 * Settings that only a separable convolution has (activation between its halves, depth multiplier) stay in
 * the record and do nothing in the ordinary twin.
 */
export function twinOf<S extends NetworkSettings>(settings: S): S {
  return {
    ...settings,
    convolution: settings.convolution === "ordinary" ? "separable" : "ordinary",
  };
}

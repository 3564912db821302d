/** The types of learning curves. */

/** A step counts from 1. The loss is a mean, and the accuracy is a share in `[0, 1]`. */
export interface CurvePoint {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** Determines a curve's colour and dashes. The first two are the kinds of convolution. */
export type CurveAccent = "separable" | "ordinary" | "third" | "fourth";

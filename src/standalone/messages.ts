/** What the stand-alone page and its worker tell each other. */
import type { SerializedError } from "../core/errors.ts";
import type { ClassifiedPicture, GivenPicture } from "../core/givenPicture.ts";

/** The texts of the page's blocks. */
export interface Blocks {
  readonly network: string;
  readonly weights: string;
  readonly kernels: string;
}

/** The blocks come first and are answered by the number of outputs. */
export type Order =
  | { readonly blocks: Blocks }
  | { readonly id: number; readonly picture: GivenPicture };

export type Answer =
  | { readonly type: "opened"; readonly numOutputs: number }
  | { readonly type: "unopened"; readonly error: SerializedError }
  | ({ readonly type: "classified"; readonly id: number } & ClassifiedPicture)
  | { readonly type: "unclassified"; readonly id: number; readonly error: SerializedError };

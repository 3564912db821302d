/** What the page and the worker that tries opened models tell each other. */
import type { SerializedError } from "../core/errors.ts";
import type { OwnFile } from "../core/ownFile.ts";
import type { LayerGraph } from "../network/graph.ts";
import type { Preparation, Settings } from "../settings/settings.ts";

/** Asks how accurate an opened model is on test images, by each preparation of their bytes. */
export interface TrialOrder {
  readonly dataUrl: string;
  readonly graph: LayerGraph;
  /** They name the graph as their network. */
  readonly settings: Settings;
  /** Keyed by path. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly preparations: readonly Preparation[];
  readonly ownFiles: readonly OwnFile[];
  /** The largest number of test images that are looked at. */
  readonly numImages: number;
}

/** Keeps an opened model ready to classify pictures, which then come as `PictureOrder`s. */
export interface ReadyOrder {
  readonly graph: LayerGraph;
  /** They name the graph as their network. */
  readonly settings: Settings;
  /** Keyed by path. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

export interface Trials {
  readonly numImages: number;
  readonly trials: readonly {
    readonly preparation: Preparation;
    /** Counts by true class and output, in rows. */
    readonly confusion: Uint32Array;
  }[];
}

export type TrialAnswer =
  | { readonly type: "tried"; readonly trials: Trials }
  | { readonly type: "failed"; readonly error: SerializedError };

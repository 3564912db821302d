/** A model that another program wrote, as this program uses it: a graph, its weights, and what the file says about its input. */
import type { SerializedError } from "../core/errors.ts";
import type { Shape } from "../core/shape.ts";
import type { LayerGraph } from "../network/graph.ts";
import type { FileLayer } from "./modelFault.ts";
import type { StatedFacts } from "./statedFacts.ts";

export interface ImportedModel extends StatedFacts {
  /** The program and the format that wrote it: `Keras 2.1.6 (HDF5)`. */
  readonly origin: string;
  readonly graph: LayerGraph;
  /** Keyed by path, as `networkWeights` lists them. Undefined when the file holds the architecture alone. */
  readonly weights: ReadonlyMap<string, Float32Array> | undefined;
  readonly input: ImportedInput;
  /** One sentence for each layer of the file that the graph leaves out, and why that changes no prediction. */
  readonly notes: readonly string[];
}

export interface OpenOptions {
  /** The shape of the images that will be given, as the file has them, for a file that leaves their sides open. */
  readonly images?: Shape | undefined;
}

/** How one image of the file becomes the graph's input `[height, width, channels]`. */
export interface ImportedInput {
  /** Of one image, as the file has it: `[28, 28]`, `[784]`, `[3, 32, 32]`. */
  readonly shape: Shape;
  /** True when the file stores channels before height and width. The graph always stores them last. */
  readonly channelsFirst: boolean;
  /**
   * Multiplied with each value of the graph's input and added to it. The lists have one entry, or one for each channel, or for
   * each value of the last axes.
   */
  readonly scale: readonly number[];
  readonly offset: readonly number[];
}

/** Weights that a file holds without a description of the layers. `weightsFile.ts` puts them into a network. */
export interface WeightsFile extends StatedFacts {
  /** The program and the format that wrote it: `Keras 2.0.4 (weights in HDF5)`. */
  readonly origin: string;
  /** True for the form of Keras 3, which counts the layers of each class: `conv2d`, `conv2d_1`. */
  readonly isCounted: boolean;
  /** The layers with weights, in the order of the file. */
  readonly groups: readonly FileGroup[];
}

export interface FileGroup {
  /** Of the layer, or of its class with a number where the file is counted. */
  readonly name: string;
  /** In Keras' order of the layer's weights; at least one. */
  readonly arrays: readonly FileArray[];
}

export interface FileArray {
  readonly shape: Shape;
  readonly values: Float32Array;
}

/** An array of a model file. Its values are read when they are asked for, because files also hold optimiser state. */
export interface StoredArray {
  /** As the file names it: `conv2d_1/kernel:0`. */
  readonly name: string;
  readonly shape: Shape;
  read(): Float32Array;
}

/** What the worker that reads model files answers. It says that it is alive before each part that may take long. */
export type ReaderAnswer =
  | { readonly type: "alive" }
  | { readonly type: "read"; readonly opened: ImportedModel | WeightsFile }
  | {
      readonly type: "refused";
      readonly error: SerializedError;
      /** All layers of the file, where only some of them are refused. */
      readonly layers: readonly FileLayer[] | undefined;
    };

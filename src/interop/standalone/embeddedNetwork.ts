/**
 * The network in a stand-alone page: one block of JSON and one of base64, both of which the page's own script reads. HTML
 * shows neither of them.
 */
import { base64Of, bytesOfBase64 } from "../../core/base64.ts";
import { PlaygroundError } from "../../core/errors.ts";
import type { StoredForm } from "../../core/givenPicture.ts";
import { joinFloats } from "../../core/joinArrays.ts";
import type { LayerGraph } from "../../network/graph.ts";
import type { Preparation } from "../../settings/settings.ts";

interface Accuracy {
  readonly accuracy: number;
  readonly numImages: number;
}

/** What every exported file states about its network. */
export interface NetworkOrigin {
  readonly program: string;
  readonly recipe: string;
  readonly seed: number;
  /** The number of steps the weights were trained for. */
  readonly step: number;
  readonly validation: Accuracy | null;
  readonly test: Accuracy | null;
  readonly preparation: string;
}

/** What a stand-alone page knows of its network, apart from the weights. */
export interface EmbeddedNetwork {
  readonly graph: LayerGraph;
  readonly preparation: Preparation;
  readonly stored: StoredForm;
  /** One name for each class; `null` when no data set has named them. */
  readonly classes: readonly string[] | null;
  /** The recipe's name for people. */
  readonly title: string;
  /** What every exported file states about its network, as plain data. */
  readonly origin: NetworkOrigin;
  /** Name and value of each setting that had an effect, as people read them. */
  readonly settings: readonly (readonly [string, string])[];
  /** Path and number of values of each weight, in the order of the block of weights. */
  readonly weights: readonly (readonly [string, number])[];
}

/** Returns the JSON for a script element, where `<` could end the element. */
export function networkText(network: EmbeddedNetwork): string {
  return JSON.stringify(network).replaceAll("<", "\\u003c");
}

/**
 * Returns the base64 of all weights, one after another as 32-bit floats.
 * @param weights keyed by path.
 */
export function weightsText(weights: ReadonlyMap<string, Float32Array>): Uint8Array<ArrayBuffer> {
  return base64Of(new Uint8Array(joinFloats([...weights.values()]).buffer));
}

/** @throws PlaygroundError `file.invalid` when the page was cut short. */
export function embeddedWeights(
  { weights }: EmbeddedNetwork,
  text: string,
): ReadonlyMap<string, Float32Array> {
  const bytes = bytesOfBase64(text.trim());
  const numValues = weights.reduce((sum, [, length]) => sum + length, 0);
  if (bytes.length !== 4 * numValues) {
    throw new PlaygroundError({
      code: "file.invalid",
      where: "This page",
      rule: "the weights are cut short",
      expected: `${4 * numValues} bytes`,
      got: String(bytes.length),
      remedy: "Save or copy the file again.",
    });
  }
  let place = 0;
  return new Map(
    weights.map(([path, length]) => {
      const values = new Float32Array(bytes.buffer, 4 * place, length);
      place += length;
      return [path, values];
    }),
  );
}

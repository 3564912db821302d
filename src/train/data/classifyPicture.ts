/** Classifies a picture that a person gave: it becomes an image as the data set stores it, which the engine prepares as in training. */
import type { ClassifiedPicture, GivenPicture } from "../../core/givenPicture.ts";
import { readPicture } from "../../data/picture/readPicture.ts";
import { predictedProbabilities } from "../../exec/classProbabilities.ts";
import type { Inference } from "../../exec/executor.ts";
import type { LayerGraph } from "../../network/graph.ts";
import type { Settings } from "../../settings/settings.ts";
import { type StoredImages, storedForm } from "../../settings/storedForm.ts";

export interface PictureNetwork {
  /** The settings as trained, and the network that they describe. */
  readonly settings: Settings;
  readonly graph: LayerGraph;
  /** Those of the data; undefined when no data were opened. */
  readonly images: StoredImages | undefined;
  readonly predict: Inference["predict"];
}

/** @throws PlaygroundError `file.invalid` for a file that the browser cannot decode as a picture, or the engine's. */
export async function classifyPicture(
  picture: GivenPicture,
  { settings, graph, images, predict }: PictureNetwork,
): Promise<ClassifiedPicture> {
  const image = await readPicture(picture, storedForm(settings, images));
  const outputs = await predict(image);
  return { image, probabilities: predictedProbabilities(graph, outputs) };
}

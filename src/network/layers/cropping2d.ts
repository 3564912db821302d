import { PlaygroundError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import type { Cropping2DLayer } from "../graph.ts";
import { type LayerDefinition, NO_WEIGHTS } from "./definition.ts";
import { mapInput } from "./window.ts";

export const cropping2d: LayerDefinition<Cropping2DLayer> = {
  ...NO_WEIGHTS,
  outputShape(layer, inputs) {
    const [height, width, channels] = mapInput(layer.name, inputs);
    const [[top, bottom], [left, right]] = layer.cropping;
    const [rows, columns] = [height - top - bottom, width - left - right];
    if (rows >= 1 && columns >= 1) return [rows, columns, channels];
    throw new PlaygroundError({
      code: "network.window-too-large",
      where: layer.name,
      rule: "the cropping removes the whole map",
      expected: `a map larger than ${formatShape([top + bottom, left + right])}`,
      got: formatShape([height, width]),
      remedy: "Give the network larger images.",
      context: { layer: layer.name, height, width, setting: "inputSize" },
    });
  },
};

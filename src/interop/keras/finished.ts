/** Puts a graph and its stored arrays together: scales the input, and fills in weights that follow from others. */
import { networkWeights } from "../../network/networkWeights.ts";
import type { ImportedModel } from "../importedModel.ts";
import { combined } from "../scaling.ts";
import { depthwiseWeights } from "./affine.ts";
import type { KerasGraph } from "./toGraph.ts";

/** @param stored by path; undefined when the file holds the architecture alone. */
export function finished(
  { graph, input, preparation, affine, copies, notes }: KerasGraph,
  stored: ReadonlyMap<string, Float32Array> | undefined,
): Pick<ImportedModel, "graph" | "input" | "weights" | "notes"> {
  const scaling = combined(preparation.map((step) => step(stored ?? new Map())));
  const weights = stored && new Map<string, Float32Array>();
  for (const { path, layer, name, shape } of networkWeights(graph)) {
    const step = affine.get(layer);
    const values =
      step === undefined || stored === undefined
        ? stored?.get(`${copies.get(layer) ?? layer}/${name}`)
        : depthwiseWeights(step(stored), shape.at(-2) ?? shape.at(-1) ?? 1)[
            name === "bias" ? "bias" : "kernel"
          ];
    if (values === undefined && weights !== undefined)
      throw new RangeError(`the file has been read without the weights ${path}`);
    if (values !== undefined) weights?.set(path, values);
  }
  return { graph, input: { ...input, ...scaling }, weights, notes };
}

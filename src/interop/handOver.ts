/** The memory of the numbers of an opened file, which its reader transfers to another thread, because a copy would take as much again. */
import type { ImportedModel, WeightsFile } from "./importedModel.ts";

export function buffersOf(opened: ImportedModel | WeightsFile): ArrayBuffer[] {
  const arrays =
    "graph" in opened
      ? [...(opened.weights?.values() ?? [])]
      : opened.groups.flatMap((group) => group.arrays.map(({ values }) => values));
  const buffers = new Set<ArrayBuffer>();
  for (const { buffer } of arrays) if (buffer instanceof ArrayBuffer) buffers.add(buffer);
  return [...buffers];
}

import type { Layer } from "./graph.ts";

/** Returns the layers that lead to `output`, in their order. Others change no value of it. */
export function layersUpTo(layers: readonly Layer[], output: string): readonly Layer[] {
  const needed = new Set([output]);
  for (const { name, inputs } of layers.toReversed())
    if (needed.has(name)) for (const input of inputs) needed.add(input);
  return layers.filter(({ name }) => needed.has(name));
}

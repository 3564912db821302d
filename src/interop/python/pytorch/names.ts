/** Where each layer is among the modules of the program. */
import type { Layer, LayerGraph } from "../../../network/graph.ts";

/** Attributes of `nn.Module`, and words of Python, that a layer may be called. */
const TAKEN = new Set(
  (
    "and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return True try while with yield " +
    "add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr float forward get_buffer get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters register_buffer register_module register_parameter requires_grad_ self set_submodule share_memory state_dict to to_empty train training type xpu zero_grad"
  ).split(" "),
);

/** The layer's name as an attribute: `re_lu/1` becomes `re_lu_1`. Distinct layers keep distinct names. */
export function attributeNames(layers: readonly Layer[]): ReadonlyMap<string, string> {
  const used = new Set<string>();
  return new Map(
    layers.map(({ name }) => {
      let plain = name.replaceAll(/\W/g, "_").replace(/^(?=\d)/, "layer_");
      while (TAKEN.has(plain) || used.has(plain)) plain += "_";
      used.add(plain);
      return [name, plain];
    }),
  );
}

/**
 * Returns the path of each layer of Xception: `entry_flow.block2.main.block2_sepconv1`. The layers of the stem and of the last block
 * follow one another in their flow itself.
 */
export function xceptionPaths({ layers }: LayerGraph): ReadonlyMap<string, string> {
  const last = layers.reduce((most, { place }) => Math.max(most, place?.block?.number ?? 0), 0);
  return new Map(
    layers.map(({ name, place }) => {
      const block = place?.block;
      if (block?.flow === undefined) return [name, name];
      const flow = block.flow.toLowerCase().replace(" ", "_");
      if (block.number === 1 || block.number === last) return [name, `${flow}.${name}`];
      return [name, `${flow}.${block.id}.${place?.shortcut ? "shortcut" : "main"}.${name}`];
    }),
  );
}

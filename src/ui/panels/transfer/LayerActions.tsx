/** Buttons that cut the network off behind a layer, or freeze all layers up to it. */
import { layerNumbers } from "../../../network/freezing.ts";
import { cutBehind, isOfNewHead } from "../../../store/settings/cutting.ts";
import { networkOf } from "../../../store/settings/derived.ts";
import { useActions, usePlayground } from "../../PlaygroundContext.tsx";
import { Button } from "../../widgets/Button.tsx";
import "./transfer.css";

export function LayerActions({ layer }: { readonly layer: string }) {
  const actions = useActions();
  const values = usePlayground(({ settings }) => settings.values);
  const network = networkOf(values);
  if (!network.ok) return null;
  const number = layerNumbers(network.graph).get(layer);
  if (number === undefined) return null;
  const isFrozen = number <= values.frozenLayers;
  return (
    <div className="layer-actions" role="toolbar" aria-label={`Layer ${layer}`}>
      <span className="layer-chosen">
        <b translate="no">{layer}</b>, layer {number}
        {isFrozen && ", frozen"}
      </span>
      <Button
        look="small"
        disabled={isOfNewHead(values, layer) || layer === values.cutLayer}
        onClick={() => actions.setValues(cutBehind(values, layer))}
      >
        Cut here
      </Button>
      <Button
        look="small"
        disabled={number === values.frozenLayers}
        onClick={() => actions.setValue("frozenLayers", number)}
      >
        Freeze up to here
      </Button>
    </div>
  );
}

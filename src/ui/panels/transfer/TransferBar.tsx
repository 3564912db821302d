/** Says above the table of layers how much of the network is trained and where it is cut off, and takes both back. */
import { formatCount } from "../../../core/units.ts";
import type { NetworkAnalysis } from "../../../network/analysis.ts";
import { trainedParams } from "../../../network/frozen.ts";
import { useActions, usePlayground } from "../../PlaygroundContext.tsx";
import { Button } from "../../widgets/Button.tsx";
import { LayerActions } from "./LayerActions.tsx";

export interface TransferBarProps {
  readonly analysis: NetworkAnalysis;
  /** The layer that was chosen in the table. */
  readonly chosen: string | null;
}

export function TransferBar({ analysis, chosen }: TransferBarProps) {
  const actions = useActions();
  const frozenLayers = usePlayground(({ settings }) => settings.values.frozenLayers);
  const cutLayer = usePlayground(({ settings }) => settings.values.cutLayer);
  const trained = trainedParams(analysis, frozenLayers);
  const numFrozen = Math.min(frozenLayers, analysis.layers.length);
  return (
    <div className="transfer-bar">
      {chosen === null ? (
        <p>
          Choose a layer, numbered as in Keras, to cut the network off behind it or to freeze all up
          to it.
        </p>
      ) : (
        <LayerActions layer={chosen} />
      )}
      <p aria-live="polite">
        {numFrozen === 0
          ? "No layer is frozen: "
          : `The first ${formatCount(numFrozen)} of ${formatCount(analysis.layers.length)} layers are frozen: `}
        {formatCount(trained)} of {formatCount(analysis.trainableParams)} trainable parameters are
        trained.{" "}
        {numFrozen > 0 && (
          <Button look="link" onClick={() => actions.setValue("frozenLayers", 0)}>
            Freeze none
          </Button>
        )}{" "}
        {cutLayer !== "none" && (
          <>
            Cut off behind <b translate="no">{cutLayer}</b>, with a new head.{" "}
            <Button look="link" onClick={() => actions.setValue("cutLayer", "none")}>
              Undo the cut
            </Button>
          </>
        )}
      </p>
    </div>
  );
}

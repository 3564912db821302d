/** Lists every layer with its number in Keras, its shape, parameters and MACs, like Keras' `model.summary()`. */
import { Snowflake } from "lucide-react";
import { type KeyboardEvent, memo, useMemo, useState } from "react";
import { placeAfterKey } from "../../core/listKeys.ts";
import { formatCount } from "../../core/units.ts";
import { graphOf, type NetworkAnalysis } from "../../network/analysis.ts";
import { layerNumbers } from "../../network/freezing.ts";
import { summaryRow } from "../../network/summary.ts";
import { ScrollFrame } from "../widgets/ScrollFrame.tsx";
import { TableHead } from "../widgets/TableHead.tsx";
import { TransferBar } from "./transfer/TransferBar.tsx";

export interface LayerTableProps {
  readonly analysis: NetworkAnalysis;
  readonly frozenLayers: number;
}

/** The names of the layers are one stop for Tab: the arrow keys go from layer to layer, Enter chooses one. */
export const LayerTable = memo(function LayerTable({ analysis, frozenLayers }: LayerTableProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const { layers } = analysis;
  const numbers = useMemo(() => layerNumbers(graphOf(analysis)), [analysis]);
  const isThere = layers.some(({ layer }) => layer.name === chosen);
  const stop = isThere ? chosen : layers[0]?.layer.name;
  return (
    <>
      <TransferBar analysis={analysis} chosen={isThere ? chosen : null} />
      {/* A region that scrolls must be reachable by keyboard. */}
      <ScrollFrame className="table-frame" label="Layers">
        <table className="layer-table">
          <TableHead
            columns={[
              { number: "No." },
              "Layer",
              "Type",
              "Output shape",
              { number: "Parameters" },
              { number: "MACs" },
              "Connected to",
            ]}
          />
          <tbody onKeyDown={walk}>
            {layers.map((layer) => {
              const { name, type, shape, params, macs, inputs } = summaryRow(layer);
              const number = numbers.get(name) ?? 0;
              const isFrozen = number <= frozenLayers;
              return (
                <tr key={name} data-frozen={isFrozen || undefined}>
                  <td className="number">{formatCount(number)}</td>
                  <th scope="row">
                    <button
                      type="button"
                      className="layer-choice"
                      aria-pressed={name === chosen}
                      tabIndex={name === stop ? 0 : -1}
                      onClick={() => setChosen(name)}
                    >
                      {name}
                    </button>
                    {isFrozen && (
                      <Snowflake
                        size={12}
                        className="layer-frozen"
                        role="img"
                        aria-label="frozen"
                      />
                    )}
                  </th>
                  <td>{type}</td>
                  <td>{shape.join(" × ")}</td>
                  <td className="number">{formatCount(params)}</td>
                  <td className="number">{formatCount(macs)}</td>
                  <td>{inputs.join(", ")}</td>
                </tr>
              );
            })}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={4}>
                Total, of which {formatCount(analysis.trainableParams)} parameters are trainable
              </th>
              <td className="number">{formatCount(analysis.params)}</td>
              <td className="number">{formatCount(analysis.macs)}</td>
              <td />
            </tr>
          </tfoot>
        </table>
      </ScrollFrame>
    </>
  );
});

function walk(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = event.target instanceof HTMLButtonElement ? buttons.indexOf(event.target) : -1;
  const to = placeAfterKey(event.key, at, buttons.length);
  if (to === undefined) return;
  event.preventDefault();
  buttons[to]?.focus();
}

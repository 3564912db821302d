/** Lists every layer with its shape, parameters and MACs, like Keras' `model.summary()`. */
import { memo } from "react";
import { formatCount } from "../../core/units.ts";
import type { NetworkAnalysis } from "../../network/analysis.ts";
import { summaryRow } from "../../network/summary.ts";
import { ScrollFrame } from "../widgets/ScrollFrame.tsx";
import { TableHead } from "../widgets/TableHead.tsx";

export const LayerTable = memo(function LayerTable({
  analysis,
}: {
  readonly analysis: NetworkAnalysis;
}) {
  return (
    // A region that scrolls must be reachable by keyboard.
    <ScrollFrame className="table-frame" label="Layers">
      <table className="layer-table">
        <TableHead
          columns={[
            "Layer",
            "Type",
            "Output shape",
            { number: "Parameters" },
            { number: "MACs" },
            "Connected to",
          ]}
        />
        <tbody>
          {analysis.layers.map((layer) => {
            const { name, type, shape, params, macs, inputs } = summaryRow(layer);
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
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
            <th scope="row" colSpan={3}>
              Total, of which {formatCount(analysis.trainableParams)} parameters are trainable
            </th>
            <td className="number">{formatCount(analysis.params)}</td>
            <td className="number">{formatCount(analysis.macs)}</td>
            <td />
          </tr>
        </tfoot>
      </table>
    </ScrollFrame>
  );
});

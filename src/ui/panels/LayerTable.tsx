/** Lists every layer with its shape, parameters and MACs, like Keras' `model.summary()`. */
import { memo } from "react";
import { formatCount } from "../../core/units.ts";
import type { NetworkAnalysis } from "../../network/analysis.ts";
import { summaryRow } from "../../network/summary.ts";

export const LayerTable = memo(function LayerTable({
  analysis,
}: {
  readonly analysis: NetworkAnalysis;
}) {
  return (
    // A region that scrolls must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div className="table-frame" role="region" aria-label="Layers" tabIndex={0}>
      <table className="layer-table">
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Type</th>
            <th scope="col">Output shape</th>
            <th scope="col" className="number">
              Parameters
            </th>
            <th scope="col" className="number">
              MACs
            </th>
            <th scope="col">Connected to</th>
          </tr>
        </thead>
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
    </div>
  );
});

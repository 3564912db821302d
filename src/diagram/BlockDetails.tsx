/**
 * Shows the inside of a block of the network: a table of its layers, and the multiplications of its convolutions beside those
 * of the other kind of convolution.
 */
import type { ReactNode } from "react";
import { formatShape } from "../core/shape.ts";
import { formatCount } from "../core/units.ts";
import { activationName } from "../network/graph.ts";
import type { BlockSummary } from "./blocks.ts";
import { type MacFormula, macFormulas, writeTerms } from "./macFormula.ts";
import "./diagram.css";

export interface BlockDetailsProps {
  readonly block: BlockSummary;
  /** Without it there is no close button. */
  readonly onClose?: (() => void) | undefined;
  /** What may be done with the block. */
  readonly children?: ReactNode;
}

export function BlockDetails({ block, onClose, children }: BlockDetailsProps) {
  const formulas = macFormulas(block.layers);
  const title =
    block.repeats > 1 ? `Middle flow: one of ${block.repeats} equal blocks` : block.spokenTitle;
  return (
    <section className="block-details" aria-label={title}>
      <header>
        <h3>{title}</h3>
        {onClose && (
          <button
            type="button"
            className="block-close"
            onClick={onClose}
            aria-label="Close the block"
          >
            <span aria-hidden="true">×</span>
          </button>
        )}
      </header>
      {children}
      {formulas.length > 0 && (
        <ul className="block-formulas" aria-label="Multiplications written out">
          {formulas.map((formula) => (
            <li key={formula.name}>
              <b>{formula.name}</b>
              <span className="block-formula">{writeTerms(formula)}</span>
              <Twin formula={formula} />
            </li>
          ))}
        </ul>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard */}
      <section className="block-table" aria-label={`Layers of ${title}`} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Layer</th>
              <th scope="col">Type</th>
              <th scope="col">Output</th>
              <th scope="col">Parameters</th>
              <th scope="col">MACs</th>
            </tr>
          </thead>
          <tbody>
            {block.layers.map(({ layer, shape, params, macs }) => (
              <tr key={layer.name}>
                <th scope="row">{layer.name}</th>
                <td>
                  {layer.type === "Activation" ? activationName(layer.activation) : layer.type}
                </td>
                <td>{formatShape(shape)}</td>
                <td>{params === 0 ? "–" : formatCount(params)}</td>
                <td>{macs === 0 ? "–" : formatCount(macs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Twin({ formula }: { readonly formula: MacFormula }) {
  const { twin, macs } = formula;
  if (twin === undefined) return null;
  const times = twin.kind === "ordinary" ? twin.macs / macs : macs / twin.macs;
  return (
    <span className="block-twin" data-kind={twin.kind}>
      <span className="block-formula">against {writeTwin(twin)}</span>
      <strong>{twin.kind === "ordinary" ? `× ${ratio(times)}` : `÷ ${ratio(times)}`}</strong>
    </span>
  );
}

function writeTwin(twin: NonNullable<MacFormula["twin"]>): string {
  return twin.kind === "ordinary" ? writeTerms(twin) : `separable: ${writeTerms(twin)}`;
}

function ratio(times: number): string {
  return times.toFixed(times < 10 ? 1 : 0);
}

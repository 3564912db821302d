/**
 * Lists output shape, parameters and MACs of every kind, with bars. An impossible kind keeps its last good counts, marked as
 * such.
 */
import { greatestOf } from "../../../core/numbers.ts";
import { formatShape } from "../../../core/shape.ts";
import { formatCount } from "../../../core/units.ts";
import { KIND_TITLES, LAB_KINDS, type LabKind } from "../../../network/convolutions/kinds.ts";
import type { LabState } from "../../../store/convolutions/convolutionsState.ts";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { TableHead } from "../../widgets/TableHead.tsx";
import { ratioText } from "./ratioText.ts";

/** The accent of each kind: one for separable, one for ordinary, none for the others. */
const KIND_ACCENTS: Readonly<Record<LabKind, "separable" | "ordinary" | "other">> = {
  ordinary: "ordinary",
  grouped: "other",
  separable: "separable",
  "pointwise-first": "separable",
  spatial: "other",
};

/**
 * The kinds that set the scale of the bars. A spatially separable convolution can be so expensive that all others would look
 * alike.
 */
const SCALE: readonly LabKind[] = ["ordinary", "separable", "pointwise-first"];

export interface KindTableProps {
  readonly state: LabState;
  /** True when a field holds an invalid value, so that all counts are those of the previous value. */
  readonly stale: boolean;
}

export function KindTable({ state, stale }: KindTableProps) {
  const { comparison, lastGood } = state;
  const mostMacs = greatestOf(SCALE.map((kind) => lastGood[kind].macs));
  const mostParams = greatestOf(SCALE.map((kind) => lastGood[kind].params));
  return (
    <ScrollFrame label="Kinds compared" className="lab-scroll">
      <table className="lab-table">
        <TableHead
          columns={[
            "Kind",
            { number: "Parameters" },
            { number: "MACs" },
            { number: "MACs to ordinary" },
            "Output",
          ]}
        />
        <tbody>
          {LAB_KINDS.map((kind) => {
            const { shape, params, macs } = lastGood[kind];
            const possible = comparison[kind].ok;
            return (
              <tr key={kind} data-stale={stale || !possible || undefined}>
                <th scope="row">
                  <i className={`lab-swatch accent-${KIND_ACCENTS[kind]}`} aria-hidden />
                  {KIND_TITLES[kind]}
                  {!possible && <span className="lab-stale-words">not possible; as before</span>}
                </th>
                <Amount kind={kind} value={params} most={mostParams} />
                <Amount kind={kind} value={macs} most={mostMacs} />
                <td className="number">{ratioText(macs / lastGood.ordinary.macs)}</td>
                <td>{formatShape(shape)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollFrame>
  );
}

function Amount(props: { readonly kind: LabKind; readonly value: number; readonly most: number }) {
  const { kind, value, most } = props;
  return (
    <td className="number lab-amount">
      {formatCount(value)}
      <span className="lab-bar" aria-hidden>
        <i
          className={`accent-${KIND_ACCENTS[kind]}`}
          data-beyond={value > most || undefined}
          style={{ width: `${Math.min(100, Math.max(1, (value / most) * 100))}%` }}
        />
      </span>
    </td>
  );
}

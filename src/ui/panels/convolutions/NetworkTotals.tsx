/** Shows the network's parameters and MACs under each kind, as numbers and bars. */
import { greatestOf } from "../../../core/numbers.ts";
import { formatCount, formatLarge } from "../../../core/units.ts";
import { type CountsByKind, NETWORK_KINDS } from "../../../network/convolutions/networkTable.ts";
import type { ConvolutionKind } from "../../../settings/settings.ts";

export const NETWORK_TITLES: Readonly<Record<ConvolutionKind, string>> = {
  separable: "Separable",
  ordinary: "Ordinary",
  "pointwise-first": "Pointwise first",
};

export function NetworkTotals({ total }: { readonly total: CountsByKind }) {
  return (
    <div className="lab-totals">
      <Bars
        title="Parameters"
        values={NETWORK_KINDS.map((kind) => [kind, total[kind].params])}
        write={formatCount}
      />
      <Bars
        title="MACs per image"
        values={NETWORK_KINDS.map((kind) => [kind, total[kind].macs])}
        write={formatLarge}
      />
    </div>
  );
}

interface BarsProps {
  readonly title: string;
  readonly values: readonly (readonly [ConvolutionKind, number])[];
  readonly write: (value: number) => string;
}

function Bars({ title, values, write }: BarsProps) {
  const most = greatestOf([1, ...values.map(([, value]) => value)]);
  return (
    <div>
      <h3 className="lab-subtitle">{title}</h3>
      <ul className="lab-bars" aria-label={`${title}, by kind`}>
        {values.map(([kind, value]) => (
          <li key={kind}>
            <span>{NETWORK_TITLES[kind]}</span>
            <span className="lab-bar" aria-hidden>
              <i
                className={`accent-${kind === "ordinary" ? "ordinary" : "separable"}`}
                style={{ width: `${(value / most) * 100}%` }}
              />
            </span>
            <b>{write(value)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}

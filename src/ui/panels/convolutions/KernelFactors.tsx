/** Shows a kernel's nearest column and row, their product, and the difference. */
import { formatPercent } from "../../../core/units.ts";
import type { Factorization, Kernel } from "../../../network/convolutions/factorize.ts";

export interface KernelFactorsProps {
  readonly kernel: Kernel;
  readonly factors: Factorization;
}

export function KernelFactors({ kernel, factors }: KernelFactorsProps) {
  const { column, row, nearest, separates, singularValues, multiplications } = factors;
  const side = kernel.length;
  const most = singularValues[0] ?? 0;
  return (
    <div className="lab-factors">
      <p
        role="status"
        aria-label="Verdict"
        className="lab-verdict"
        data-separates={separates || undefined}
      >
        {separates
          ? `It separates: ${multiplications.separated} multiplications for a number instead of ${multiplications.whole}.`
          : `It does not separate. The nearest column times row misses it by ${formatPercent(factors.relativeError)}, by ${short(factors.largestError)} in the worst entry; ${multiplications.separated} multiplications instead of ${multiplications.whole} would give another result.`}
      </p>
      <div className="lab-product">
        <Numbers name="Column" rows={column.map((value) => [value])} />
        <span aria-hidden>×</span>
        <Numbers name="Row" rows={[row]} />
        <span aria-hidden>{separates ? "=" : "≈"}</span>
        <Numbers name={separates ? "Product" : "Nearest kernel"} rows={nearest} />
      </div>
      <h3 className="lab-subtitle">Singular values</h3>
      <ul className="lab-singular" aria-label="Singular values">
        {singularValues.map((value, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a singular value is identified by its index
          <li key={index}>
            <span>{short(value)}</span>
            <span className="lab-bar" aria-hidden>
              <i
                className="accent-separable"
                style={{ width: `${most === 0 ? 0 : (value / most) * 100}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
      <p className="lab-note">
        One value that is not zero: the kernel separates. The others tell what the best column and
        row leave over. Of all {side} × {side} kernels few separate: {2 * side} numbers cannot say
        what {side * side} can.
      </p>
    </div>
  );
}

function Numbers({ name, rows }: { readonly name: string; readonly rows: Kernel }) {
  return (
    <figure className="lab-numbers">
      <div
        role="img"
        aria-label={`${name}: ${rows.map((row) => row.map(short).join(", ")).join("; ")}`}
      >
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is identified by its index
          <div key={index} className="lab-number-row">
            {row.map((value, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a number is identified by its index
              <span key={place}>{short(value)}</span>
            ))}
          </div>
        ))}
      </div>
      <figcaption className="lab-note">{name}</figcaption>
    </figure>
  );
}

/** Writes whole numbers unchanged and others with three significant digits. */
function short(value: number): string {
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}

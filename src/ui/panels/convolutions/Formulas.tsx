/** Writes out the counts with the current numbers, and shows the documents' approximate ratio beside the exact one. */
import { formatCount } from "../../../core/units.ts";
import {
  type Factor,
  productOf,
  type Term,
  totalOf,
  writeCounts,
} from "../../../network/convolutions/formulas.ts";
import { KIND_TITLES, LAB_KINDS, type LabKind } from "../../../network/convolutions/kinds.ts";
import { separableRatio } from "../../../network/convolutions/ratio.ts";
import type { LabState } from "../../../store/convolutions/convolutionsState.ts";
import { LabSection } from "./LabSection.tsx";
import type { LabProps } from "./OneConvolution.tsx";
import { RatioChart } from "./RatioChart.tsx";
import { RatioTable } from "./RatioTable.tsx";
import { ratioText } from "./ratioText.ts";

export function Formulas({ state, actions }: LabProps) {
  return (
    <LabSection
      id="lab-formulas"
      title="The formulas"
      sentence={
        <>
          With the numbers set above. K is the kernel’s side, C the channels coming in, N the
          filters, H′ and W′ the output’s sides, as in the PyTorch notebook. The tutorial on facial
          emotions writes K for the output’s side and d for the kernel’s: its K²d²CN is H′W′K²CN
          here.
        </>
      }
    >
      <dl className="lab-formulas">
        {LAB_KINDS.map((kind) => (
          <KindFormulas key={kind} kind={kind} state={state} />
        ))}
      </dl>
      <h3 className="lab-subtitle">What separating saves</h3>
      <RatioWords state={state} />
      <div className="lab-ratio">
        <RatioChart values={state.values} trueRatio={trueRatioOf(state)} />
        <RatioTable state={state} actions={actions} />
      </div>
    </LabSection>
  );
}

function KindFormulas({ kind, state }: { readonly kind: LabKind; readonly state: LabState }) {
  const result = state.comparison[kind];
  return (
    <div>
      <dt>{KIND_TITLES[kind]}</dt>
      {result.ok ? (
        <Written {...writeCounts(kind, result.counts)} />
      ) : (
        <dd className="lab-note">Not possible with these settings.</dd>
      )}
    </div>
  );
}

function Written(props: { readonly macs: readonly Term[]; readonly params: readonly Term[] }) {
  return (
    <>
      <Sum name="MACs" terms={props.macs} />
      <Sum name="Parameters" terms={props.params} />
    </>
  );
}

function Sum({ name, terms }: { readonly name: string; readonly terms: readonly Term[] }) {
  const products = terms.map(({ factors }) => formatCount(productOf(factors)));
  return (
    <dd className="lab-sum">
      <span className="lab-sum-name">{name}</span>{" "}
      <span>
        <span className="lab-symbols">{joined(terms, ({ symbol }) => symbol)}</span>
        <span> = </span>
        <span>{joined(terms, ({ value }) => String(value))}</span>
        {terms.length > 1 && <span> = {products.join(" + ")}</span>}
        <span> = </span>
        <b>{formatCount(totalOf(terms))}</b>
      </span>
    </dd>
  );
}

function joined(terms: readonly Term[], write: (factor: Factor) => string): string {
  return terms.map(({ factors }) => factors.map(write).join("·")).join(" + ");
}

/** Returns the ratio of the current kinds; `null` when one of them is impossible. */
function trueRatioOf({ comparison: { ordinary, separable } }: LabState): number | null {
  return ordinary.ok && separable.ok ? separable.counts.macs / ordinary.counts.macs : null;
}

function RatioWords({ state }: { readonly state: LabState }) {
  const { filters, kernelSize, depthMultiplier } = state.values;
  const formula = separableRatio(filters, kernelSize);
  const real = trueRatioOf(state);
  return (
    <p>
      r = 1/N + 1/K² = 1/{filters} + 1/{kernelSize ** 2} ={" "}
      <b>
        <span className="visually-hidden">the formula gives </span>
        {ratioText(formula)}
      </b>
      {real !== null && (
        <>
          ; counted: <b>{ratioText(real)}</b>, so the ordinary convolution has{" "}
          {(1 / real).toFixed(2)} times the multiplications.{" "}
          {depthMultiplier > 1
            ? `They differ by the depth multiplier, which the formula takes as 1: ${depthMultiplier} kernels a channel cost ${depthMultiplier} times as much.`
            : "They agree whatever the input, the channels, the stride and the padding: these cancel out."}
        </>
      )}
    </p>
  );
}

/** The convolution laboratory: its sections in order, with a menu to jump to them. */
import { DrawnKernel } from "./DrawnKernel.tsx";
import { Formulas } from "./Formulas.tsx";
import { OneConvolution } from "./OneConvolution.tsx";
import { SameNetwork } from "./SameNetwork.tsx";
import { Towers } from "./Towers.tsx";
import { useLab } from "./useLab.ts";
import { Walkthrough } from "./Walkthrough.tsx";
import "./convolutions.css";

const SECTIONS = [
  ["lab-one", "One convolution"],
  ["lab-formulas", "Formulas"],
  ["lab-steps", "Step by step"],
  ["lab-kernel", "Separable kernels"],
  ["lab-towers", "Inception to Xception"],
  ["lab-network", "Same network"],
] as const;

export function ConvolutionsTab() {
  const [state, actions] = useLab();
  return (
    <div className="lab">
      <nav className="lab-menu" aria-label="In this tab">
        {SECTIONS.map(([id, title]) => (
          <a key={id} href={`#${id}`}>
            {title}
          </a>
        ))}
      </nav>
      <div className="lab-sections">
        {state.linkProblems.length > 0 && (
          <div className="notice notice-warning" role="alert">
            <div className="notice-words">
              Parts of the link could not be used:
              <ul>
                {state.linkProblems.map(({ parameter, text, reason }) => (
                  <li key={parameter}>
                    {parameter}={text}: {reason}
                  </li>
                ))}
              </ul>
            </div>
            <button
              type="button"
              className="button button-small"
              onClick={actions.dismissLinkProblems}
            >
              Dismiss
            </button>
          </div>
        )}
        <OneConvolution state={state} actions={actions} />
        <Formulas state={state} actions={actions} />
        <Walkthrough onCompare={actions.setConvolution} />
        <DrawnKernel kernel={state.kernel} onKernel={actions.setKernel} />
        <Towers state={state} actions={actions} />
        <SameNetwork />
      </div>
    </div>
  );
}

/** The convolution laboratory: its sections in order, with a menu to jump to them. */
import { Button } from "../../widgets/Button.tsx";
import { PanelBoundary } from "../../widgets/PanelBoundary.tsx";
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
            <Button look="small" onClick={actions.dismissLinkProblems}>
              Dismiss
            </Button>
          </div>
        )}
        <PanelBoundary title="One convolution">
          <OneConvolution state={state} actions={actions} />
        </PanelBoundary>
        <PanelBoundary title="Formulas">
          <Formulas state={state} actions={actions} />
        </PanelBoundary>
        <PanelBoundary title="Step by step">
          <Walkthrough onCompare={actions.setConvolution} />
        </PanelBoundary>
        <PanelBoundary title="Separable kernels">
          <DrawnKernel kernel={state.kernel} onKernel={actions.setKernel} />
        </PanelBoundary>
        <PanelBoundary title="Inception to Xception">
          <Towers state={state} actions={actions} />
        </PanelBoundary>
        <PanelBoundary title="Same network">
          <SameNetwork />
        </PanelBoundary>
      </div>
    </div>
  );
}

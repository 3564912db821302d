/** The one screen: what is where. Each panel takes from the store what it shows. */
import { useEffect, useRef } from "react";
import { isActive } from "../store/runState.ts";
import { usePlayground } from "./PlaygroundContext.tsx";
import { ChartsColumn } from "./panels/ChartsColumn.tsx";
import { ControlsPanel } from "./panels/ControlsPanel.tsx";
import { CostStrip } from "./panels/CostStrip.tsx";
import { NetworkPanel } from "./panels/NetworkPanel.tsx";
import { Notices } from "./panels/Notices.tsx";
import { PredictionsPanel } from "./panels/PredictionsPanel.tsx";
import { RunBar } from "./panels/RunBar.tsx";
import { TopBar } from "./panels/TopBar.tsx";
import { useShortcuts } from "./useShortcuts.ts";
import { ExplanationPopup } from "./widgets/HelpButton.tsx";
import { ToastProvider } from "./widgets/Toasts.tsx";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/panels.css";

export function App() {
  const stage = usePlayground(({ run }) =>
    run.runId === null ? "none" : isActive(run) ? "active" : "over",
  );
  const masthead = useMastheadHeight();
  useShortcuts();
  return (
    <ToastProvider>
      <div className="root" data-run={stage}>
        <header className="masthead" ref={masthead}>
          <TopBar />
          <div className="dashboard">
            <RunBar />
            <CostStrip />
          </div>
        </header>
        <Notices />
        <main className="columns">
          <ControlsPanel />
          <div className="column middle">
            <NetworkPanel />
            <PredictionsPanel />
          </div>
          <ChartsColumn />
        </main>
        <nav className="page-links" aria-label="On this page">
          <a href="#controls">Controls</a>
          <a href="#network">Network</a>
          <a href="#charts">Charts</a>
          <a href="#predictions">Predictions</a>
        </nav>
      </div>
      <ExplanationPopup />
    </ToastProvider>
  );
}

/** What sticks to the top pushes down what sticks below it; its height depends on the width of the window. */
function useMastheadHeight() {
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    const masthead = element.current;
    if (masthead === null) return;
    const observer = new ResizeObserver(() => {
      document.documentElement.style.setProperty("--masthead-height", `${masthead.offsetHeight}px`);
    });
    observer.observe(masthead);
    return () => observer.disconnect();
  }, []);
  return element;
}

/** The one screen: what is where. Each panel takes from the store what it shows. */
import { Tabs } from "@base-ui/react/tabs";
import { useEffect, useRef } from "react";
import { isActive } from "../store/runState.ts";
import { DEFAULT_TAB, type TabId } from "../store/viewState.ts";
import { useActions, usePlayground } from "./PlaygroundContext.tsx";
import { ChartsColumn } from "./panels/ChartsColumn.tsx";
import { ControlsPanel } from "./panels/ControlsPanel.tsx";
import { CostStrip } from "./panels/CostStrip.tsx";
import { NetworkPanel } from "./panels/NetworkPanel.tsx";
import { Notices } from "./panels/Notices.tsx";
import { PredictionsPanel } from "./panels/PredictionsPanel.tsx";
import { RunBar } from "./panels/RunBar.tsx";
import { TopBar } from "./panels/TopBar.tsx";
import { TABS } from "./tabs/registry.ts";
import { TabContent } from "./tabs/TabContent.tsx";
import { usePageDrop } from "./usePageDrop.ts";
import { useShortcuts } from "./useShortcuts.ts";
import { ExplanationPopup } from "./widgets/HelpButton.tsx";
import { ToastProvider } from "./widgets/Toasts.tsx";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/panels.css";

export function App() {
  const actions = useActions();
  const tab = usePlayground(({ view }) => view.tab);
  const stage = usePlayground(({ run }) =>
    run.runId === null ? "none" : isActive(run) ? "active" : "over",
  );
  const masthead = useMastheadHeight();
  useShortcuts();
  usePageDrop();
  return (
    <ToastProvider>
      <Tabs.Root
        className="root"
        data-run={stage}
        value={tab}
        onValueChange={(chosen: TabId) => actions.setView({ tab: chosen })}
      >
        <header className="masthead" ref={masthead}>
          <TopBar />
          {tab === DEFAULT_TAB && (
            <div className="dashboard">
              <RunBar />
              <CostStrip />
            </div>
          )}
        </header>
        <Notices />
        <main>
          <Tabs.Panel className="columns" value={DEFAULT_TAB} keepMounted>
            <ControlsPanel />
            <div className="column middle">
              <NetworkPanel />
              <PredictionsPanel />
            </div>
            <ChartsColumn />
          </Tabs.Panel>
          {TABS.map((entry) => (
            <TabContent key={entry.id} tab={entry} />
          ))}
        </main>
        {tab === DEFAULT_TAB && <PageLinks />}
      </Tabs.Root>
      <ExplanationPopup />
    </ToastProvider>
  );
}

function PageLinks() {
  return (
    <nav className="page-links" aria-label="On this page">
      <a href="#controls">Controls</a>
      <a href="#network">Network</a>
      <a href="#charts">Charts</a>
      <a href="#predictions">Predictions</a>
    </nav>
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

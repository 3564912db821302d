/** The layout of the page. Each panel reads from the store what it shows. */
import { Tabs } from "@base-ui/react/tabs";
import { useEffect, useRef } from "react";
import { DEFAULT_TAB, type TabId } from "../store/page/viewState.ts";
import { isActive } from "../store/run/runState.ts";
import type { PlaygroundState } from "../store/store.ts";
import { useActions, usePlayground } from "./PlaygroundContext.tsx";
import { ChartsColumn } from "./panels/ChartsColumn.tsx";
import { ControlsPanel } from "./panels/ControlsPanel.tsx";
import { CostStrip } from "./panels/CostStrip.tsx";
import { NetworkNotices } from "./panels/NetworkNotices.tsx";
import { NetworkPanel } from "./panels/NetworkPanel.tsx";
import { PageFaultNotice } from "./panels/PageFaultNotice.tsx";
import { PredictionsPanel } from "./panels/PredictionsPanel.tsx";
import { RunBar } from "./panels/RunBar.tsx";
import { TopBar } from "./panels/TopBar.tsx";
import { TABS } from "./tabs/registry.ts";
import { TabContent } from "./tabs/TabContent.tsx";
import { usePageDrop } from "./usePageDrop.ts";
import { useShortcuts } from "./useShortcuts.ts";
import { lazyPlace } from "./widgets/lazyPart.tsx";
import { PanelBoundary } from "./widgets/PanelBoundary.tsx";
import { preparePopovers } from "./widgets/PopoverButton.tsx";
import { prepareLists } from "./widgets/SelectBox.tsx";
import { ToastProvider } from "./widgets/Toasts.tsx";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/panels.css";
import "./styles/forcedColors.css";

const Notices = lazyPlace(
  "Notices",
  async () => (await import("./panels/Notices.tsx")).Notices,
  null,
);

export function App() {
  return (
    <PanelBoundary title="The page" meanwhile={<Rescue />}>
      <Screen />
    </PanelBoundary>
  );
}

/** Keeps the run and its curves usable when the rest of the page breaks. */
function Rescue() {
  return (
    <div className="root rescue">
      <PanelBoundary title="The run bar">
        <RunBar />
      </PanelBoundary>
      <PanelBoundary title="Live charts">
        <ChartsColumn />
      </PanelBoundary>
    </div>
  );
}

function Screen() {
  const actions = useActions();
  const tab = usePlayground(({ view }) => view.tab);
  const stage = usePlayground(({ run }) =>
    run.runId === null ? "none" : isActive(run) ? "active" : "over",
  );
  const masthead = useMastheadHeight();
  useShortcuts();
  usePageDrop();
  // A run may outlast the connection.
  useEffect(() => {
    if (stage === "none") return;
    prepareLists();
    preparePopovers();
  }, [stage]);
  return (
    <ToastProvider>
      <Tabs.Root
        className="root"
        data-run={stage}
        value={tab}
        onValueChange={(chosen: TabId) => actions.setView({ tab: chosen })}
      >
        <header className="masthead" ref={masthead}>
          <PanelBoundary title="The top bar">
            <TopBar />
          </PanelBoundary>
          {tab === DEFAULT_TAB && (
            <div className="dashboard">
              <PanelBoundary title="The run bar">
                <RunBar />
              </PanelBoundary>
              <PanelBoundary title="The costs">
                <CostStrip />
              </PanelBoundary>
            </div>
          )}
        </header>
        <PanelBoundary title="The notices">
          <NoticesPlace />
        </PanelBoundary>
        <main>
          <Tabs.Panel className="columns" value={DEFAULT_TAB} keepMounted>
            <PanelBoundary title="Controls">
              <ControlsPanel />
            </PanelBoundary>
            <div className="column middle">
              <PanelBoundary title="Network">
                <NetworkPanel />
              </PanelBoundary>
              <PanelBoundary title="Predictions">
                <PredictionsPanel />
              </PanelBoundary>
            </div>
            <PanelBoundary title="Live charts">
              <ChartsColumn />
            </PanelBoundary>
          </Tabs.Panel>
          {TABS.map((entry) => (
            <PanelBoundary key={entry.id} title={entry.title}>
              <TabContent tab={entry} />
            </PanelBoundary>
          ))}
        </main>
        {tab === DEFAULT_TAB && <PageLinks />}
      </Tabs.Root>
    </ToastProvider>
  );
}

/**
 * The live region exists from the start, so that screen readers announce its changes. Its contents load with the first notice.
 */
function NoticesPlace() {
  const loads = usePlayground(hasNotices);
  return (
    <div className="notices" aria-live="polite">
      <PageFaultNotice />
      <NetworkNotices />
      {loads && <Notices />}
    </div>
  );
}

/** Tells whether there may be notices. A run may cause one at any time. */
function hasNotices({
  run,
  settings,
  dataSet,
  measurements,
  machine,
  view,
}: PlaygroundState): boolean {
  return (
    run.runId !== null ||
    settings.linkProblems.length > 0 ||
    dataSet.error !== null ||
    (dataSet.description?.fallbackReason ?? "") !== "" ||
    measurements.error !== null ||
    view.found !== null ||
    view.foundSweep !== null ||
    view.foundExperiment !== null ||
    view.elsewhere !== null ||
    view.newerStore !== null ||
    machine.isElsewhere ||
    machine.wasTaken
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

/** The sticky masthead determines the offset of what sticks below it. Its height depends on the width of the window. */
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

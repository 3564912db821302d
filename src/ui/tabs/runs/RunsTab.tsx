/** The Runs tab: every run that was recorded, and the comparison of those that are chosen. */
import { useLoadRuns } from "../../PlaygroundContext.tsx";
import { useFocusedPage } from "../../useFocusedPage.ts";
import { lazyPlace } from "../../widgets/lazyPart.tsx";
import { PanelBoundary } from "../../widgets/PanelBoundary.tsx";
import { WhenLoaded } from "../../widgets/WhenLoaded.tsx";
import { Comparison } from "./Comparison.tsx";
import { RunList } from "./RunList.tsx";
import { RunsProvider, useRuns, useRunsActions } from "./RunsContext.tsx";
import "./runs.css";

const SweepsCard = lazyPlace(
  "Sweeps",
  async () => (await import("./sweeps/SweepsCard.tsx")).SweepsCard,
);

export function RunsTab() {
  return (
    <WhenLoaded title="Runs" load={useLoadRuns()}>
      {(runs) => (
        <RunsProvider runs={runs}>
          <RunsColumns />
        </RunsProvider>
      )}
    </WhenLoaded>
  );
}

function RunsColumns() {
  const actions = useRunsActions();
  const problem = useRuns((state) => state.problem);
  useFocusedPage(actions.refresh);
  return (
    <section className="runs" aria-label="Runs">
      {problem !== null && (
        <p className="notice notice-warning runs-problem" role="alert">
          {problem}
        </p>
      )}
      <PanelBoundary title="Sweeps">
        <SweepsCard />
      </PanelBoundary>
      <div className="runs-columns">
        <PanelBoundary title="The list of runs">
          <RunList />
        </PanelBoundary>
        <PanelBoundary title="The comparison of runs">
          <Comparison />
        </PanelBoundary>
      </div>
    </section>
  );
}

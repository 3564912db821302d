/** The Runs tab: every run that was recorded, and the comparison of those that are chosen. */
import { use, useEffect } from "react";
import { useLoadRuns } from "../../PlaygroundContext.tsx";
import { lazyPlace } from "../../widgets/lazyPart.tsx";
import { PanelBoundary } from "../../widgets/PanelBoundary.tsx";
import { Comparison } from "./Comparison.tsx";
import { RunList } from "./RunList.tsx";
import { RunsProvider, useRuns, useRunsActions } from "./RunsContext.tsx";
import "./runs.css";

const SweepsCard = lazyPlace(
  "Sweeps",
  async () => (await import("./sweeps/SweepsCard.tsx")).SweepsCard,
);

export function RunsTab() {
  const runs = use(useLoadRuns()());
  return (
    <RunsProvider runs={runs}>
      <RunsPlace />
    </RunsProvider>
  );
}

function RunsPlace() {
  const actions = useRunsActions();
  const problem = useRuns((state) => state.problem);
  useEffect(() => {
    const refresh = () => void actions.refresh();
    refresh();
    // Another tab may have recorded a run meanwhile.
    window.addEventListener("focus", refresh);
    return () => window.removeEventListener("focus", refresh);
  }, [actions]);
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

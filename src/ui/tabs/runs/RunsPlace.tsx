/** The Runs tab while it loads: its components and the list of runs are fetched side by side. */
import { useEffect } from "react";
import { useLoadRuns } from "../../PlaygroundContext.tsx";
import { lazyPlace } from "../../widgets/lazyPart.tsx";

const RunsTab = lazyPlace("Runs", async () => (await import("./RunsTab.tsx")).RunsTab);

export function RunsPlace() {
  const loadRuns = useLoadRuns();
  useEffect(() => {
    // The tab reports a failure, because it needs the same store.
    loadRuns().then(
      ({ actions }) => actions.refresh(),
      () => {},
    );
  }, [loadRuns]);
  return <RunsTab />;
}

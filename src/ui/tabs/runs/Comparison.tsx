/** The place of the comparison, which loads with the first run that is chosen. */
import { useMemo } from "react";
import type { RunHead } from "../../../runs/runRecord.ts";
import { MOST_CHOSEN } from "../../../store/runs/store.ts";
import { Card } from "../../widgets/Card.tsx";
import { lazyPlace } from "../../widgets/lazyPart.tsx";
import { useRuns } from "./RunsContext.tsx";

const ComparedRuns = lazyPlace(
  "The comparison",
  async () => (await import("./ComparedRuns.tsx")).ComparedRuns,
);

export function Comparison() {
  const chosen = useChosen();
  if (chosen.length === 0)
    return (
      <Card title="Comparison" region="Comparison" className="runs-comparison">
        <p className="runs-words">
          Tick up to {MOST_CHOSEN} runs in the list. Their curves are drawn over each other here,
          with what differs in their settings, their final figures and their confusion matrices. The
          name of a run opens its notes, tags and files.
        </p>
      </Card>
    );
  return (
    <section className="runs-comparison" aria-label="Comparison">
      <ComparedRuns chosen={chosen} />
    </section>
  );
}

/** Returns the heads of the chosen runs in the order in which they were chosen. */
function useChosen(): readonly RunHead[] {
  const heads = useRuns((state) => state.heads);
  const ids = useRuns((state) => state.chosen);
  return useMemo(
    () =>
      ids.flatMap((id) => heads?.find((head) => head.id === id && head.deletedAt === null) ?? []),
    [heads, ids],
  );
}

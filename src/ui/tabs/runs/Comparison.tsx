/** The comparison of the chosen runs: curves, settings, figures, matrices and cost. */
import { X } from "lucide-react";
import { useMemo } from "react";
import { type RunHead, titleOf } from "../../../runs/runRecord.ts";
import { MOST_CHOSEN } from "../../../store/runs/store.ts";
import { Button } from "../../widgets/Button.tsx";
import { Card } from "../../widgets/Card.tsx";
import { CurvesCard } from "./CurvesCard.tsx";
import { FiguresCard } from "./FiguresCard.tsx";
import { MatricesCard } from "./MatricesCard.tsx";
import { RunNumber } from "./RunNumber.tsx";
import { useRuns, useRunsActions } from "./RunsContext.tsx";
import { ScatterCard } from "./ScatterCard.tsx";
import { SettingsCard } from "./SettingsCard.tsx";

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
      <ChosenCard chosen={chosen} />
      <CurvesCard chosen={chosen} />
      <SettingsCard chosen={chosen} />
      <FiguresCard chosen={chosen} />
      <ScatterCard chosen={chosen} />
      <MatricesCard chosen={chosen} />
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

function ChosenCard({ chosen }: { readonly chosen: readonly RunHead[] }) {
  const actions = useRunsActions();
  const ids = chosen.map(({ id }) => id);
  return (
    <Card
      title="Compared"
      note={
        <Button look="small" onClick={() => actions.choose([])}>
          Compare none
        </Button>
      }
    >
      <ol className="runs-chosen">
        {chosen.map((head, index) => (
          <li key={head.id}>
            <RunNumber index={index} />
            <span className="runs-chosen-name">{titleOf(head)}</span>
            <Button
              look="icon"
              aria-label={`Do not compare ${index + 1}`}
              onClick={() => actions.choose(ids.filter((id) => id !== head.id))}
            >
              <X size={15} aria-hidden />
            </Button>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** What the chosen runs are compared by: curves, settings, figures, matrices and cost. */
import { X } from "lucide-react";
import { titleOf } from "../../../runs/runRecord.ts";
import { Button } from "../../widgets/Button.tsx";
import { Card } from "../../widgets/Card.tsx";
import { CurvesCard } from "./CurvesCard.tsx";
import type { ChosenProps } from "./chosenProps.ts";
import { FiguresCard } from "./FiguresCard.tsx";
import { MatricesCard } from "./MatricesCard.tsx";
import { RunNumber } from "./RunNumber.tsx";
import { useRunsActions } from "./RunsContext.tsx";
import { ScatterCard } from "./ScatterCard.tsx";
import { SettingsCard } from "./SettingsCard.tsx";

export function ComparedRuns({ chosen }: ChosenProps) {
  return (
    <>
      <ChosenCard chosen={chosen} />
      <CurvesCard chosen={chosen} />
      <SettingsCard chosen={chosen} />
      <FiguresCard chosen={chosen} />
      <ScatterCard chosen={chosen} />
      <MatricesCard chosen={chosen} />
    </>
  );
}

function ChosenCard({ chosen }: ChosenProps) {
  const actions = useRunsActions();
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
              onClick={() => actions.toggle(head.id)}
            >
              <X size={15} aria-hidden />
            </Button>
          </li>
        ))}
      </ol>
    </Card>
  );
}

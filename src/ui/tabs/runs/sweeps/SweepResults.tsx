/** The results of a sweep: a table, a heat map of two settings, parallel coordinates, and accuracy against cost. */
import { useState } from "react";
import { greatestOf, leastOf } from "../../../../core/numbers.ts";
import { formatCount, formatDuration, formatLarge, formatPercent } from "../../../../core/units.ts";
import { ParallelPlot } from "../../../../diagram/plots/ParallelPlot.tsx";
import { FILE_PALETTE, PAGE_PALETTE } from "../../../../diagram/plots/plotPalette.ts";
import { accuracyOf } from "../../../../runs/compareRuns.ts";
import { parallelAxes, sweepCsv, valueIn } from "../../../../runs/sweepResults.ts";
import { FIELDS } from "../../../../settings/fields.ts";
import { MOST_CHOSEN } from "../../../../store/runs/store.ts";
import { saveFile } from "../../../saveFile.ts";
import { Button } from "../../../widgets/Button.tsx";
import { Card } from "../../../widgets/Card.tsx";
import { ScrollFrame } from "../../../widgets/ScrollFrame.tsx";
import { Segmented } from "../../../widgets/Segmented.tsx";
import { useRunsActions } from "../RunsContext.tsx";
import { OUTCOME_WORDS } from "../runWords.ts";
import { SavePicture } from "../SavePicture.tsx";
import { ScatterCard } from "../ScatterCard.tsx";
import { usePlotWidth } from "../usePlotWidth.ts";
import type { GroupProps } from "./groupProps.ts";
import { HeatMapView } from "./HeatMapView.tsx";

const VIEWS = [
  { value: "table", label: "Table" },
  { value: "heat", label: "Heat map" },
  { value: "parallel", label: "Parallel" },
] as const;
type View = (typeof VIEWS)[number]["value"];

export function SweepResults({ group }: GroupProps) {
  const [view, setView] = useState<View>("table");
  const actions = useRunsActions();
  const best = group.heads.slice(0, MOST_CHOSEN).map(({ id }) => id);
  return (
    <>
      <Card
        title={`Results of ${group.name}`}
        region="Results of the sweep"
        note={<Segmented label="Show as" value={view} options={VIEWS} onChange={setView} />}
      >
        {view === "table" && <ResultsTable group={group} />}
        {view === "heat" && <HeatMapView group={group} />}
        {view === "parallel" && <ParallelView group={group} />}
        <div className="runs-actions">
          <Button look="small" onClick={() => actions.choose(best)}>
            Compare {best.length < group.heads.length ? `the best ${best.length}` : "these runs"}
          </Button>
          <Button
            look="small"
            onClick={() => saveFile("sweep-results.csv", sweepCsv(group), "text/csv")}
          >
            Save CSV
          </Button>
        </div>
      </Card>
      <ScatterCard chosen={group.heads} />
    </>
  );
}

function ResultsTable({ group: { keys, heads } }: GroupProps) {
  return (
    <ScrollFrame label="Results of the runs" className="runs-table-frame sweep-table">
      <table className="layer-table runs-table">
        <thead>
          <tr>
            <th scope="col">Run</th>
            {keys.map((key) => (
              <th key={key} scope="col">
                {FIELDS[key].label}
              </th>
            ))}
            <th scope="col">Test</th>
            <th scope="col">Validation</th>
            <th scope="col">Parameters</th>
            <th scope="col">MACs</th>
            <th scope="col">Time in steps</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {heads.map((head, index) => {
            const { figures, costs } = head;
            return (
              <tr key={head.id}>
                <th scope="row">{index + 1}</th>
                {keys.map((key) => (
                  <td key={key}>{valueIn(key, head)}</td>
                ))}
                <td>{shareText(figures.test?.accuracy)}</td>
                <td>{shareText(figures.validation?.accuracy)}</td>
                <td>{costs === null ? "–" : formatCount(costs.parameters)}</td>
                <td>{costs === null ? "–" : formatLarge(costs.macs)}</td>
                <td>{formatDuration(figures.trainMs)}</td>
                <td>{OUTCOME_WORDS[head.outcome]}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollFrame>
  );
}

function shareText(share: number | undefined): string {
  return share === undefined ? "–" : formatPercent(share);
}

const HEIGHT = 280;
/** The least width of the place between two axes. */
const AXIS_WIDTH = 92;

function ParallelView({ group }: GroupProps) {
  const [shownWidth, place] = usePlotWidth();
  const axes = parallelAxes(group);
  const width = Math.max(shownWidth, AXIS_WIDTH * axes.length);
  const accuracies = group.heads.map((head) => accuracyOf(head) ?? 0);
  const [low, high] = [leastOf(accuracies), greatestOf(accuracies)];
  const weights = accuracies.map((accuracy) => (high > low ? (accuracy - low) / (high - low) : 1));
  const props = { axes, weights, width, height: HEIGHT };
  return (
    <>
      <div ref={place}>
        <ScrollFrame label="Parallel coordinates" className="runs-table-frame">
          <svg
            width={width}
            height={HEIGHT}
            role="img"
            aria-label={`Parallel coordinates of ${group.heads.length} runs: ${axes.map(({ title }) => title).join(", ")}`}
          >
            <ParallelPlot {...props} palette={PAGE_PALETTE} />
          </svg>
        </ScrollFrame>
      </div>
      <p className="runs-words">
        Each line is a run; the more accurate it is, the stronger it is drawn. Accuracy is of the
        test, or else of the newest validation.
      </p>
      <SavePicture
        name="parallel"
        title={group.name}
        size={{ width, height: HEIGHT }}
        draw={() => <ParallelPlot {...props} palette={FILE_PALETTE} />}
        legend={[]}
      />
    </>
  );
}

/** The final figures of the chosen runs as a table with bars, and mean and spread of runs that are seeds of one set-up. */
import { useMemo } from "react";
import { greatestOf } from "../../../core/numbers.ts";
import { FIGURES, type FigureColumn, seedGroups } from "../../../runs/compareRuns.ts";
import type { RunHead } from "../../../runs/runRecord.ts";
import { figuresCsv } from "../../../runs/runTables.ts";
import { spreadOf } from "../../../settings/experiments/statistics.ts";
import { saveFile } from "../../saveFile.ts";
import { Button } from "../../widgets/Button.tsx";
import { Card } from "../../widgets/Card.tsx";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import type { ChosenProps } from "./chosenProps.ts";
import { RunHeadings } from "./RunNumber.tsx";

export function FiguresCard({ chosen }: ChosenProps) {
  const folded = useMemo(() => seedGroups(chosen).filter(({ length }) => length > 1), [chosen]);
  return (
    <Card title="Final figures" region="Figures of runs">
      <ScrollFrame label="Figures side by side" className="runs-table-frame">
        <table className="layer-table runs-table">
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <RunHeadings chosen={chosen} />
              {folded.map((group) => (
                <th key={group[0]?.id} scope="col">
                  Mean of {group.map((head) => chosen.indexOf(head) + 1).join(", ")}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {FIGURES.map((figure) => (
              <FigureRow key={figure.key} figure={figure} chosen={chosen} folded={folded} />
            ))}
          </tbody>
        </table>
      </ScrollFrame>
      <div className="runs-actions">
        <Button
          look="small"
          onClick={() => saveFile("runs-figures.csv", figuresCsv(chosen), "text/csv")}
        >
          Save CSV
        </Button>
      </div>
    </Card>
  );
}

function FigureRow(
  props: ChosenProps & {
    readonly figure: FigureColumn;
    readonly folded: readonly (readonly RunHead[])[];
  },
) {
  const { figure, chosen, folded } = props;
  const values = chosen.map(figure.valueOf);
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const most = greatestOf(known) || 1;
  const best = bestOf(figure, known);
  return (
    <tr>
      <th scope="row">{figure.label}</th>
      {values.map((value, index) => (
        <td
          key={chosen[index]?.id}
          className="run-figure"
          data-best={(known.length > 1 && value === best) || undefined}
        >
          {value === null ? "–" : figure.textOf(value)}
          {value !== null && (
            <i
              className="run-figure-bar"
              aria-hidden
              style={{ inlineSize: `${(100 * value) / most}%` }}
            />
          )}
        </td>
      ))}
      {folded.map((group) => (
        <td key={group[0]?.id} className="run-figure">
          {spreadText(figure, group)}
        </td>
      ))}
    </tr>
  );
}

function bestOf({ higherIsBetter }: FigureColumn, values: readonly number[]): number | undefined {
  if (higherIsBetter === undefined) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  return higherIsBetter ? sorted.at(-1) : sorted[0];
}

/** Writes `83.2 % ± 0.4 %`. */
function spreadText(figure: FigureColumn, group: readonly RunHead[]): string {
  const values = group.map(figure.valueOf).filter((value) => value !== null);
  if (values.length < 2) return "–";
  const { mean, spread } = spreadOf(values);
  return `${figure.textOf(mean)} ± ${figure.textOf(spread)}`;
}

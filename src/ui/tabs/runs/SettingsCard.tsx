/** The settings of the chosen runs side by side, all of them or only what differs. */
import { useMemo, useState } from "react";
import { comparedSettings } from "../../../runs/compareRuns.ts";
import { settingsCsv } from "../../../runs/runTables.ts";
import { saveFile } from "../../saveFile.ts";
import { Button } from "../../widgets/Button.tsx";
import { Card } from "../../widgets/Card.tsx";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import type { ChosenProps } from "./chosenProps.ts";
import { RunHeadings } from "./RunNumber.tsx";

export function SettingsCard({ chosen }: ChosenProps) {
  const [onlyDifferent, setOnlyDifferent] = useState(true);
  const rows = useMemo(() => comparedSettings(chosen), [chosen]);
  const isAlone = chosen.length === 1;
  const shown = onlyDifferent && !isAlone ? rows.filter(({ differs }) => differs) : rows;
  return (
    <Card
      title="Settings"
      region="Settings of runs"
      note={
        !isAlone && (
          <label className="runs-check">
            <input
              type="checkbox"
              checked={onlyDifferent}
              onChange={(event) => setOnlyDifferent(event.target.checked)}
            />
            Only what differs
          </label>
        )
      }
    >
      {shown.length === 0 ? (
        <p className="runs-words">Nothing differs: these are runs of the same settings.</p>
      ) : (
        <ScrollFrame label="Settings side by side" className="runs-table-frame">
          <table className="layer-table runs-table">
            <thead>
              <tr>
                <th scope="col">Setting</th>
                <RunHeadings chosen={chosen} />
              </tr>
            </thead>
            <tbody>
              {shown.map(({ key, label, texts, differs }) => (
                <tr key={key} data-differs={(differs && !isAlone) || undefined}>
                  <th scope="row">{label}</th>
                  {chosen.map(({ id }, index) => (
                    <td key={id}>{texts[index]}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollFrame>
      )}
      <div className="runs-actions">
        <Button
          look="small"
          onClick={() => saveFile("runs-settings.csv", settingsCsv(chosen, rows), "text/csv")}
        >
          Save CSV
        </Button>
      </div>
    </Card>
  );
}

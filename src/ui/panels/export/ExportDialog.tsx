/** Exports files of a run: the model for several programs, and predictions and history as tables. */
import { useState } from "react";
import {
  bestText,
  exportState,
  historyFile,
  type WeightsChoice,
} from "../../../store/files/exports.ts";
import { networkOf } from "../../../store/settings/derived.ts";
import { useActions, usePlayground, usePlaygroundRecord } from "../../PlaygroundContext.tsx";
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import { Segmented } from "../../widgets/Segmented.tsx";
import type { LoadedDialogProps } from "../../widgets/useLoadedDialog.tsx";
import { ExportRow } from "./ExportRow.tsx";
import { NetworkRows } from "./NetworkRows.tsx";
import "./export.css";

export function ExportDialog({ onClose }: LoadedDialogProps) {
  const { requestFile } = useActions();
  const [choice, setChoice] = useState<WeightsChoice>("last");
  const { run, settings, evaluation } = usePlaygroundRecord((state) => ({
    run: state.run,
    settings: state.settings,
    evaluation: state.evaluation,
  }));
  const impossible = usePlayground((state) => {
    const network = networkOf(state.settings.values);
    return network.ok ? null : network.message;
  });
  const state = exportState({ run, settings }, impossible);
  const weights = state.best === null ? "last" : choice;
  const recipe = run.recipeId ?? settings.recipeId;

  return (
    <DialogFrame title="Export" words={state.weightsText} onClose={onClose}>
      {state.best !== null && (
        <div className="export-weights">
          <Segmented
            label="Weights"
            value={weights}
            options={[
              { value: "last", label: "Newest" },
              { value: "best", label: "Best" },
            ]}
            onChange={setChoice}
          />
          <span>{bestText(state.best)}</span>
        </div>
      )}
      <ul className="export-list">
        <NetworkRows
          recipe={recipe}
          weights={weights}
          model={state.model}
          predictions={state.predictions}
          requestFile={requestFile}
        />
        <ExportRow
          title="History"
          words="A table of the curves: loss and accuracy of training, validation and test, by step."
          hindrance={state.history}
          make={async () => ({
            step: run.progress?.step ?? 0,
            bytes: historyFile({ run, evaluation }),
          })}
          file={{ recipe, weights: "last", ending: "-history.csv", type: "text/csv" }}
        />
      </ul>
    </DialogFrame>
  );
}

/** A dialog that saves runs as one file, with their weights or without, and says the size before. */
import { useEffect, useState } from "react";
import { reasonOf } from "../../../core/errors.ts";
import { folderOf } from "../../../core/folderOf.ts";
import { network } from "../../../core/network.ts";
import { formatBytes, formatCount } from "../../../core/units.ts";
import type { FiledRun } from "../../../runs/files/runFile.ts";
import { runFileName } from "../../../runs/files/runFileName.ts";
import type { RunHead } from "../../../runs/runRecord.ts";
import { type KeptWeights, keptWeightsOf } from "../../../store/runs/keptWeights.ts";
import { saveFile } from "../../saveFile.ts";
import { Button } from "../../widgets/Button.tsx";
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import { Segmented } from "../../widgets/Segmented.tsx";
import { useToast } from "../../widgets/Toasts.tsx";
import { useRunsActions } from "./RunsContext.tsx";

type Kept = ReadonlyMap<string, KeptWeights>;

const OPTIONS = [
  { value: "with", label: "With weights" },
  { value: "without", label: "Without" },
] as const;

export function SaveRuns(props: {
  readonly heads: readonly RunHead[];
  readonly onClose: () => void;
}) {
  const { heads, onClose } = props;
  const actions = useRunsActions();
  const showToast = useToast();
  const kept = useAllKept(heads);
  const [choice, setChoice] = useState<(typeof OPTIONS)[number]["value"]>("with");
  const [isSaving, setSaving] = useState(false);
  const plain = heads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const weights = [...(kept?.values() ?? [])].reduce((sum, one) => sum + one.sizeBytes, 0);
  const isWith = choice === "with" && weights > 0;

  async function save(): Promise<void> {
    setSaving(true);
    try {
      const [records, { writeRunFile }] = await Promise.all([
        actions.records(heads.map(({ id }) => id)),
        network.untilThere("The run file", () => import("../../../runs/files/runFile.ts")),
      ]);
      const filed: FiledRun[] = [];
      for (const record of records) {
        const checkpoint = isWith ? await kept?.get(record.head.id)?.file() : undefined;
        filed.push({ ...record, ...(checkpoint && { checkpoint }) });
      }
      saveFile(runFileName(heads), await writeRunFile(filed), "application/zip");
      onClose();
    } catch (error) {
      showToast({ title: "Not exported", text: reasonOf(error) });
      setSaving(false);
    }
  }

  return (
    <DialogFrame
      title={heads.length === 1 ? "Export run" : `Export ${formatCount(heads.length)} runs`}
      words="One file with settings, curves, matrices and notes, to be dropped on this page again. With its weights a run can be continued there."
      className="run-export"
      onClose={onClose}
    >
      {kept === null ? (
        <p className="runs-words">Looking for the weights ...</p>
      ) : weights === 0 ? (
        <p className="runs-words">
          {heads.length === 1 ? "No weights of it are kept" : "No weights of these runs are kept"}{" "}
          in this browser, so the file comes without them.
        </p>
      ) : (
        <div className="runs-actions">
          <Segmented label="Weights" value={choice} options={OPTIONS} onChange={setChoice} />
          <span className="runs-words">
            {heads.length > 1 && `Weights of ${formatCount(kept.size)} of them are kept. `}
          </span>
        </div>
      )}
      <div className="runs-actions">
        <Button look="primary" disabled={kept === null || isSaving} onClick={() => void save()}>
          {isSaving ? "Saving ..." : "Save file"}
        </Button>
        <span className="runs-words">
          {kept !== null && `About ${formatBytes(plain + (isWith ? weights : 0))}`}
        </span>
      </div>
    </DialogFrame>
  );
}

/** Returns `null` until it is known. The lanes of a race share their weights, which go with the first of them. */
function useAllKept(heads: readonly RunHead[]): Kept | null {
  const [kept, setKept] = useState<Kept | null>(null);
  useEffect(() => {
    let isShown = true;
    const firsts = new Map(heads.toReversed().map(({ id }) => [folderOf(id), id]));
    void Promise.all(
      [...firsts.values()].map(async (id) => [id, await keptWeightsOf(id)] as const),
    ).then((all) => {
      const found = all.flatMap(([id, one]) => (one === null ? [] : [[id, one] as const]));
      if (isShown) setKept(new Map(found));
    });
    return () => {
      isShown = false;
    };
  }, [heads]);
  return kept;
}

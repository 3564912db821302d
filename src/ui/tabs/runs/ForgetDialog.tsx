/** Asks before everything that is recorded is deleted, which cannot be undone. */

import { Button } from "../../widgets/Button.tsx";
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import type { LoadedDialogProps } from "../../widgets/useLoadedDialog.tsx";
import { useRuns, useRunsActions } from "./RunsContext.tsx";

export function ForgetDialog({ onClose }: LoadedDialogProps) {
  const actions = useRunsActions();
  const numRuns = useRuns((state) => state.heads?.length ?? 0);
  return (
    <DialogFrame
      title="Forget everything"
      words={`All ${numRuns} recorded runs are deleted from this browser, pinned ones too, with their notes and checkpoints. This cannot be undone. A run that trains now, in this tab or another one, goes on, but it is no longer recorded and keeps no more checkpoints: a reload loses it, so export what matters.`}
      onClose={onClose}
    >
      <div className="runs-actions">
        <Button look="primary" onClick={() => void actions.forgetEverything().then(onClose)}>
          Forget all runs
        </Button>
        <Button onClick={onClose}>Keep them</Button>
      </div>
    </DialogFrame>
  );
}

/** Asks before everything that is recorded is deleted, which cannot be undone. */

import { Button } from "../../widgets/Button.tsx";
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import type { LoadedDialogProps } from "../../widgets/useLoadedDialog.tsx";
import { useRuns, useRunsActions } from "./RunsContext.tsx";
import { forgetWords } from "./runWords.ts";

export function ForgetDialog({ onClose }: LoadedDialogProps) {
  const actions = useRunsActions();
  const numRuns = useRuns((state) => state.heads?.length ?? 0);
  return (
    <DialogFrame title="Forget everything" words={forgetWords(numRuns)} onClose={onClose}>
      <div className="runs-actions">
        <Button look="primary" onClick={() => void actions.forgetEverything().then(onClose)}>
          {numRuns === 0 ? "Forget the files" : "Forget all runs"}
        </Button>
        <Button onClick={onClose}>Keep them</Button>
      </div>
    </DialogFrame>
  );
}

/**
 * A dialog about the kept weights of a recorded run. It opens them when it appears, says how far their evaluation is, and closes
 * them when it disappears.
 */
import { type ReactNode, useEffect } from "react";
import type { EvaluatedPart } from "../../../core/classified.ts";
import type { DataSetDescription } from "../../../core/dataSet.ts";
import { formatCount } from "../../../core/units.ts";
import { type RunHead, titleOf } from "../../../runs/runRecord.ts";
import { waitingText } from "../../../store/machine/machineOwner.ts";
import { type Confusion, confusionCaption } from "../../../store/run/evaluationState.ts";
import { statusDetail, statusText } from "../../../store/run/runStatus.ts";
import { noWeightsText } from "../../../store/runs/keptWeights.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import { useReopened, useReopenedRun } from "./RunsContext.tsx";
import { useKeptWeights } from "./useKeptWeights.ts";

export interface ReopenedDialogProps {
  readonly title: string;
  readonly className: string;
  readonly head: RunHead;
  readonly part: EvaluatedPart;
  readonly onClose: () => void;
  /** The step of the matrix that was asked about, when there is one. */
  readonly step?: number;
  /** Shown when the weights have been evaluated. */
  readonly content: (confusion: Confusion, dataSet: DataSetDescription) => ReactNode;
}

export function ReopenedDialog(props: ReopenedDialogProps) {
  const { title, className, head, part, step, onClose, content } = props;
  const reopened = useReopenedRun();
  const kept = useKeptWeights(head.id);
  const hasWeights = kept === undefined ? undefined : kept !== null;
  const confusion = useReopened(({ evaluation }) => evaluation.confusion);
  const dataSet = useReopened(({ run }) => run.prepared?.dataSet ?? null);
  // The list of runs is read again now and then, which makes new heads of the same run.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (hasWeights !== true) return;
    reopened.open(head, part);
    return () => reopened.close();
  }, [reopened, head.id, part, hasWeights]);
  return (
    <DialogFrame
      title={`${title}: ${titleOf(head)}`}
      words={confusion === null ? undefined : captionOf(confusion, step)}
      className={className}
      onClose={onClose}
    >
      {hasWeights === false ? (
        <p className="field-problem">{noWeightsText(head)}</p>
      ) : confusion !== null && dataSet !== null ? (
        content(confusion, dataSet)
      ) : (
        <Progress />
      )}
    </DialogFrame>
  );
}

/** The weights that are kept may be those of another step than the matrix. */
function captionOf(confusion: Confusion, asked: number | undefined): string {
  const caption = `${confusionCaption(confusion)}, by the weights that are kept of the run.`;
  return asked === undefined || asked === confusion.step
    ? caption
    : `${caption} The matrix was of step ${formatCount(asked)}, so its counts are others.`;
}

function Progress() {
  const problem = useReopened((state) => state.problem);
  const words = useReopened(({ run }) => {
    const detail = statusDetail(run);
    return run.runId === null
      ? "Opening the weights"
      : `${statusText(run)}${detail === "" ? "" : `: ${detail}`}`;
  });
  const waiting = usePlayground(({ machine }) => waitingText(machine, "evaluation"));
  return (
    <p
      role="status"
      aria-label="Evaluation of the run"
      className={problem === null ? "runs-words" : "field-problem"}
    >
      {problem ?? waiting ?? `${words} ...`}
    </p>
  );
}

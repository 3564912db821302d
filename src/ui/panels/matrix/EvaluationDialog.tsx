/** A closer look at an evaluation: its confusion matrix, the worst mistakes, confidence and figures of each class. */
import { confusionCaption } from "../../../store/run/evaluationState.ts";
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import { EvaluationView } from "./EvaluationView.tsx";
import type { Evaluated } from "./evaluated.ts";

export function EvaluationDialog(props: {
  readonly evaluated: Evaluated;
  /** Whose evaluation it is, when there are several. */
  readonly name?: string;
  readonly onClose: () => void;
}) {
  const { evaluated, name, onClose } = props;
  const title = "Mistakes and confidence";
  return (
    <DialogFrame
      title={name === undefined ? title : `${title}: ${name}`}
      words={`${confusionCaption(evaluated.confusion)}.`}
      className="evaluation-dialog"
      onClose={onClose}
    >
      <EvaluationView evaluated={evaluated} />
    </DialogFrame>
  );
}

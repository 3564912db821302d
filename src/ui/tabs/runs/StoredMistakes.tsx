/** The pictures of a recorded run: its worst mistakes, or those of a cell of its matrix, by the weights that are kept of it. */
import type { EvaluatedPart } from "../../../core/classified.ts";
import type { RunHead } from "../../../runs/runRecord.ts";
import { EvaluationView } from "../../panels/matrix/EvaluationView.tsx";
import type { Cell } from "../../panels/matrix/evaluated.ts";
import { ReopenedDialog } from "./ReopenedDialog.tsx";
import { useReopenedRun } from "./RunsContext.tsx";

export function StoredMistakes(props: {
  readonly head: RunHead;
  readonly part: EvaluatedPart;
  /** The cell whose pictures come first; `null` for the worst mistakes. */
  readonly cell: Cell | null;
  /** The step of the matrix that was asked about. */
  readonly step?: number;
  readonly onClose: () => void;
}) {
  const { cell, part, ...rest } = props;
  const reopened = useReopenedRun();
  const pictures = (places: readonly number[]) => reopened.requestPictures(part, places);
  return (
    <ReopenedDialog
      {...rest}
      part={part}
      title="Mistakes and confidence"
      className="evaluation-dialog"
      content={(confusion, dataSet) => (
        <EvaluationView evaluated={{ confusion, dataSet, pictures }} first={cell} />
      )}
    />
  );
}

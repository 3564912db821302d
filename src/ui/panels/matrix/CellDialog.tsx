/** Shows the images of a chosen cell of the confusion matrix. It loads when the first cell is chosen. */
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import { CellImages } from "./EvaluatedImages.tsx";
import { type Cell, cellTitle, type Evaluated } from "./evaluated.ts";

export function CellDialog(props: {
  readonly evaluated: Evaluated;
  readonly cell: Cell;
  readonly onClose: () => void;
}) {
  const { evaluated, cell, onClose } = props;
  return (
    <DialogFrame
      title={cellTitle(cell, evaluated.dataSet.classes)}
      className="cell-dialog"
      onClose={onClose}
    >
      <CellImages evaluated={evaluated} cell={cell} />
    </DialogFrame>
  );
}

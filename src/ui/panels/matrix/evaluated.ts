/** What the views of an evaluation need, wherever it comes from: the current run, a lane of a race or a stored run. */
import type { ConfusionCell } from "../../../charts/confusionRows.ts";
import type { PictureSource } from "../../../core/classified.ts";
import type { ClassPair } from "../../../core/confusion.ts";
import type { DataSetDescription } from "../../../core/dataSet.ts";
import type { Confusion } from "../../../store/run/evaluationState.ts";

export interface Evaluated {
  readonly confusion: Confusion;
  readonly dataSet: Pick<DataSetDescription, "classes" | "height" | "width" | "channels">;
  readonly pictures: PictureSource;
}

/** A cell of the matrix. */
export type Cell = Pick<ClassPair, "trueClass" | "predictedClass">;

export interface MatrixProps {
  readonly confusion: Confusion;
  readonly classes: readonly string[];
  /** Called with the cell under the pointer or with keyboard focus. */
  readonly onPoint?: (cell: ConfusionCell | null) => void;
  /** Called with the cell that was clicked or activated by keyboard. */
  readonly onChoose: (cell: Cell) => void;
}

/** Writes `Shirt, recognised` or `Shirt, taken for Coat` */
export function cellTitle({ trueClass, predictedClass }: Cell, classes: readonly string[]): string {
  const name = (class_: number) => classes[class_] ?? `class ${class_}`;
  return trueClass === predictedClass
    ? `${name(trueClass)}, recognised`
    : `${name(trueClass)}, taken for ${name(predictedClass)}`;
}

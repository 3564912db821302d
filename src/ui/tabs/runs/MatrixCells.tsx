/** A drawn confusion matrix whose cells are chosen by click, or by arrow keys and Enter. */
import { type KeyboardEvent, type MouseEvent, type ReactNode, useState } from "react";
import { formatCount, formatPercent } from "../../../core/units.ts";
import { matrixPlaces } from "../../../diagram/plots/matrixPlaces.ts";
import type { RunMatrix } from "../../../runs/runRecord.ts";
import { type Cell, cellTitle } from "../../panels/matrix/evaluated.ts";

const MOVES: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export interface MatrixCellsProps {
  readonly matrix: RunMatrix;
  readonly classes: readonly string[];
  /** Width and height of the drawing in its own units. */
  readonly side: number;
  /** Names the matrix. */
  readonly label: string;
  readonly onChoose: (cell: Cell) => void;
  /** The drawn matrix. */
  readonly children: ReactNode;
}

export function MatrixCells(props: MatrixCellsProps) {
  const { matrix, classes, side, label, onChoose, children } = props;
  const [cell, setCell] = useState<Cell | null>(null);
  const places = matrixPlaces(side, classes.length);

  function cellAt({ currentTarget, clientX, clientY }: MouseEvent<SVGSVGElement>): Cell | null {
    const box = currentTarget.getBoundingClientRect();
    const index = (offset: number) =>
      Math.floor(((offset * side) / box.width - places.start) / places.cell);
    const found = {
      trueClass: index(clientY - box.top),
      predictedClass: index(clientX - box.left),
    };
    const isInside = Object.values(found).every((one) => one >= 0 && one < classes.length);
    return isInside ? found : null;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = MOVES[event.key];
    if (step !== undefined) {
      const clamp = (index: number) => Math.min(classes.length - 1, Math.max(0, index));
      const from = cell ?? { trueClass: 0, predictedClass: -1 };
      const [rows, columns] = step;
      setCell({
        trueClass: clamp(from.trueClass + rows),
        predictedClass: clamp(from.predictedClass + columns),
      });
    } else if ((event.key === "Enter" || event.key === " ") && cell !== null) onChoose(cell);
    else return;
    event.preventDefault();
  }

  return (
    <>
      <div
        className="matrix-cells"
        role="application"
        aria-label={`Cells of ${label}: arrows go from cell to cell, Enter shows the images`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is moved by keys must be reachable by them
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the element around it handles the keys */}
        <svg
          className="runs-svg"
          width={side}
          height={side}
          viewBox={`0 0 ${side} ${side}`}
          role="img"
          aria-label={`Confusion matrix of ${label}`}
          onPointerMove={(event) => setCell(cellAt(event))}
          onPointerLeave={() => setCell(null)}
          onClick={(event) => {
            const chosen = cellAt(event);
            if (chosen !== null) onChoose(chosen);
          }}
        >
          {children}
          {cell !== null && (
            <rect
              x={places.start + cell.predictedClass * places.cell}
              y={places.start + cell.trueClass * places.cell}
              width={places.cell}
              height={places.cell}
              fill="none"
              stroke="var(--ink)"
              strokeWidth={1.5}
            />
          )}
        </svg>
      </div>
      <output className="runs-words runs-cell-words">
        {cell === null
          ? "Choose a cell to see its images."
          : `${cellTitle(cell, classes)}: ${countText(matrix, classes.length, cell)}`}
      </output>
    </>
  );
}

/** Writes `12 images, 8 % of the class` */
function countText(
  { counts }: RunMatrix,
  numClasses: number,
  { trueClass, predictedClass }: Cell,
): string {
  const row = counts.subarray(trueClass * numClasses, (trueClass + 1) * numClasses);
  const count = row[predictedClass] ?? 0;
  const total = row.reduce((sum, own) => sum + own, 0);
  const images = `${formatCount(count)} ${count === 1 ? "image" : "images"}`;
  return total === 0 ? images : `${images}, ${formatPercent(count / total, 0)} of the class`;
}

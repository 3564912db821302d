/**
 * Places buttons over the cells of a drawn confusion matrix, so that pointer, touch and keyboard reach each of them. The grid
 * is one stop of the Tab key, and arrow keys move between cells (the grid pattern of WAI-ARIA). It tracks the hovered and the
 * chosen cell and draws nothing but outlines.
 */
import { formatCount } from "../core/units.ts";
import type { ConfusionCell } from "./confusionRows.ts";

export interface CellGridOptions {
  readonly classes: readonly string[];
  readonly onCell: (cell: ConfusionCell | null) => void;
  readonly onChoose: (cell: ConfusionCell) => void;
}

/** The plot's rectangle in the container, in CSS pixels. */
export interface PlotBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface CellGrid {
  readonly element: HTMLElement;
  setCells(rows: readonly (readonly ConfusionCell[])[]): void;
  place(box: PlotBox): void;
  choose(trueClass: number, predictedClass: number): void;
  clearChoice(): void;
}

const MOVES: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export function createCellGrid({ classes, onCell, onChoose }: CellGridOptions): CellGrid {
  const numClasses = classes.length;
  const element = document.createElement("div");
  element.className = "cell-grid";
  element.setAttribute("role", "grid");
  element.setAttribute("aria-label", "Cells: rows the true class, columns the predicted one");
  element.style.setProperty("--classes", String(numClasses));
  let cells: readonly (readonly ConfusionCell[])[] = [];

  const buttons = classes.map((_, trueClass) => {
    const row = document.createElement("div");
    row.setAttribute("role", "row");
    const inRow = classes.map((_unused, predictedClass) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("role", "gridcell");
      button.setAttribute("aria-selected", "false");
      button.tabIndex = trueClass === 0 && predictedClass === 0 ? 0 : -1;
      button.addEventListener("pointerenter", () => point(trueClass, predictedClass));
      button.addEventListener("focus", () => {
        takeTabStop(button);
        point(trueClass, predictedClass);
      });
      button.addEventListener("click", () => {
        const cell = cells[trueClass]?.[predictedClass];
        if (cell === undefined) return;
        choose(trueClass, predictedClass);
        onChoose(cell);
      });
      button.addEventListener("keydown", (event) => move(event, trueClass, predictedClass));
      return button;
    });
    row.append(...inRow);
    element.append(row);
    return inRow;
  });
  element.addEventListener("pointerleave", () => onCell(null));
  element.addEventListener("focusout", (event) => {
    const next = event.relatedTarget;
    if (!(next instanceof Node && element.contains(next))) onCell(null);
  });

  function point(trueClass: number, predictedClass: number): void {
    const cell = cells[trueClass]?.[predictedClass];
    if (cell !== undefined) onCell(cell);
  }

  function takeTabStop(taker: HTMLButtonElement): void {
    for (const button of buttons.flat()) button.tabIndex = button === taker ? 0 : -1;
  }

  function move(event: KeyboardEvent, row: number, column: number): void {
    const step = MOVES[event.key];
    const clamp = (index: number) => Math.min(numClasses - 1, Math.max(0, index));
    const target =
      step !== undefined
        ? buttons[clamp(row + step[0])]?.[clamp(column + step[1])]
        : event.key === "Home"
          ? buttons[row]?.[0]
          : event.key === "End"
            ? buttons[row]?.[numClasses - 1]
            : undefined;
    if (target === undefined) return;
    event.preventDefault();
    target.focus();
  }

  function choose(trueClass: number, predictedClass: number): void {
    clearChoice();
    buttons[trueClass]?.[predictedClass]?.setAttribute("aria-selected", "true");
  }

  function clearChoice(): void {
    for (const button of buttons.flat()) button.setAttribute("aria-selected", "false");
  }

  return {
    element,
    setCells(rows) {
      cells = rows;
      for (const cell of rows.flat()) {
        buttons[cell.trueClass]?.[cell.predictedClass]?.setAttribute("aria-label", wordsFor(cell));
      }
    },
    place({ left, top, width, height }) {
      Object.assign(element.style, {
        left: `${left}px`,
        top: `${top}px`,
        width: `${width}px`,
        height: `${height}px`,
      });
    },
    choose,
    clearChoice,
  };

  function wordsFor({ trueClass, predictedClass, count, rowShare }: ConfusionCell): string {
    const taken =
      trueClass === predictedClass ? "recognised" : `taken for ${classes[predictedClass]}`;
    return `${classes[trueClass]} ${taken}: ${formatCount(count)}, ${(rowShare * 100).toFixed(0)} %`;
  }
}

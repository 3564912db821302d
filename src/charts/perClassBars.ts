/**
 * Draws the accuracy of each class as a bar at the end of its row of the confusion matrix. It is a separate figure for screen
 * readers and looks like one picture with the matrix. The numbers come from `perClassAccuracy`.
 */
import { formatCount } from "../core/units.ts";
import type { PlotBox } from "./cellGrid.ts";
import type { ClassAccuracy } from "./perClassAccuracy.ts";

export interface PerClassBars {
  readonly element: HTMLElement;
  setAccuracies(accuracies: readonly ClassAccuracy[]): void;
  /** Aligns the bars with the rows of the matrix drawn in this box. */
  place(box: PlotBox): void;
}

export function createPerClassBars(): PerClassBars {
  const element = document.createElement("div");
  element.className = "class-bars";
  element.setAttribute("role", "figure");
  element.setAttribute("aria-label", "Per-class accuracy");
  const list = document.createElement("ul");
  element.append(list);

  return {
    element,
    setAccuracies(accuracies) {
      list.replaceChildren(
        ...accuracies.map(({ name, accuracy, numImages, numCorrect }) => {
          const share = accuracy === undefined ? "–" : `${(accuracy * 100).toFixed(0)} %`;
          const item = document.createElement("li");
          item.title = `${name}: ${formatCount(numCorrect)} of ${formatCount(numImages)} recognised`;
          const bar = document.createElement("i");
          bar.style.setProperty("--share", String(accuracy ?? 0));
          const named = document.createElement("span");
          named.className = "chart-description";
          named.textContent = `${name} `;
          const value = document.createElement("span");
          value.textContent = share;
          item.append(named, bar, value);
          return item;
        }),
      );
    },
    place({ top, height }) {
      element.style.top = `${top}px`;
      element.style.height = `${height}px`;
    },
  };
}

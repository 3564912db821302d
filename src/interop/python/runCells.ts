/** Writes the cells that end the notebook: the test of the weights, and the rest of the run. */
import type { Section } from "./program.ts";

/**
 * @param folder what the path to the data names; `null` when the program fetches its data itself
 * @param fetched the expression of the path in that case
 * @param test the code that opens the data at a path, which is an expression, and tests the weights
 * @param trainOn the code that trains the rest of the run
 */
export function runCells(
  folder: string | null,
  fetched: string,
  test: (path: string) => string,
  trainOn: string,
): readonly Section[] {
  const words = folder === null ? "" : ` Replace PATH: ${folder}.`;
  return [
    {
      title: "Test",
      words: `The weights as they left the tab.${words}`,
      code: test(folder === null ? fetched : '"PATH"'),
    },
    {
      title: "Train on",
      words:
        "The rest of the run, or 100 steps more where it is finished. Name a new folder each time.",
      code: trainOn,
    },
  ];
}

/** Writes the program as a Jupyter notebook (`nbformat` 4.5): a heading and a cell of code for each part. */
import type { DataCode } from "./dataCode.ts";
import type { ProgramOrder, Section } from "./program.ts";

/** @param total the expression of the number of steps in the run */
export function notebookText(
  { graph, recipe }: Pick<ProgramOrder, "graph" | "recipe">,
  data: Pick<DataCode, "folder">,
  sections: readonly Section[],
  total: string,
): string {
  const path = data.folder === null ? "None" : '"PATH"';
  const words = data.folder === null ? "" : ` Replace PATH: ${data.folder}.`;
  const run: readonly Section[] = [
    {
      title: "Test",
      words: `The weights as they left the tab.${words}`,
      code: `training, validation, test = split_data(${path})
total_steps = ${total}
model = make_network(len(training), total_steps)
model.summary()
model.evaluate(test)`,
    },
    {
      title: "Train on",
      words:
        "The rest of the run, or 100 steps more where it is finished. Name a new folder each time.",
      code: `steps = max(total_steps - START_STEP, 100)
train(model, training, validation, steps, HERE / "trained")
model.evaluate(test)`,
    },
  ];
  const cells = [
    markdown(
      0,
      `# ${graph.name} (${recipe})\n\nThis notebook is the program \`train.py\` in cells.`,
    ),
    ...[...sections, ...run].flatMap(({ title, words, code }, index) => [
      markdown(2 * index + 1, `## ${title}\n\n${words}`),
      {
        ...{ cell_type: "code", execution_count: null, id: `cell-${2 * index + 2}` },
        ...{ metadata: {}, outputs: [], source: linesOf(code) },
      },
    ]),
  ];
  const kernelspec = { display_name: "Python 3", language: "python", name: "python3" };
  const notebook = { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

function markdown(index: number, text: string) {
  return { cell_type: "markdown", id: `cell-${index}`, metadata: {}, source: linesOf(text) };
}

/** A notebook lists the lines of a cell, each with its line break but the last. */
function linesOf(text: string): readonly string[] {
  return text.split(/(?<=\n)/);
}

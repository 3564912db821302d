/** Writes the program as a Jupyter notebook (`nbformat` 4.5): a heading and a cell of code for each part. */
import type { ProgramOrder, Section } from "./program.ts";

export function notebookText(
  { graph, recipe }: Pick<ProgramOrder, "graph" | "recipe">,
  sections: readonly Section[],
): string {
  const cells = [
    markdown(
      0,
      `# ${graph.name} (${recipe})\n\nThis notebook is the program \`train.py\` in cells.`,
    ),
    ...sections.flatMap(({ title, words, code }, index) => [
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

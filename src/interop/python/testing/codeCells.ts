interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
}

/** Returns the code in the cells of a notebook. */
export function codeCells(notebook: string): readonly string[] {
  const { cells }: { readonly cells: readonly Cell[] } = JSON.parse(notebook);
  return cells
    .filter(({ cell_type: type }) => type === "code")
    .map(({ source }) => source.join(""));
}

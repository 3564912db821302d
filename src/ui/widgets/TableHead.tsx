/** The heading row of a table. */
import type { ReactNode } from "react";

/** The text of a column, and whether its cells are numbers, which align at the right. */
export type Column = string | { readonly number: string };

export interface TableHeadProps {
  readonly columns: readonly Column[];
}

export function TableHead({ columns }: TableHeadProps) {
  return (
    <thead>
      <tr>{columns.map(heading)}</tr>
    </thead>
  );
}

function heading(column: Column): ReactNode {
  const isNumber = typeof column === "object";
  const text = isNumber ? column.number : column;
  return (
    <th key={text} scope="col" className={isNumber ? "number" : undefined}>
      {text}
    </th>
  );
}

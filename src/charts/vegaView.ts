/**
 * Updates the rows of an existing Vega view and disposes it. It owns the name of the table that holds the rows and knows
 * nothing about the look of a chart.
 */
import type { Result } from "vega-embed";

/** The table that a dressed specification draws from. */
export const ROWS = "rows";

export type ViewRow = Readonly<Record<string, unknown>>;

/**
 * Shows `rows` instead of the current ones. Existing rows are modified and never replaced. Vega's derived tables keep an entry
 * for every row that was ever removed (Relay in vega-transforms), so a chart whose rows are replaced at each redraw would leak
 * memory. When there are fewer new rows, the remaining old rows repeat the last new one, which paints the same point twice.
 */
export async function showRows(view: Result["view"], rows: readonly ViewRow[]): Promise<void> {
  const held: readonly ViewRow[] = view.data(ROWS);
  const changes = view.changeset().insert(rows.slice(held.length));
  for (const [place, before] of held.entries()) {
    const row = rows[place] ?? rows.at(-1) ?? {};
    for (const [field, value] of Object.entries(row)) {
      if (!Object.is(before[field], value)) changes.modify(before, field, value);
    }
  }
  await view.change(ROWS, changes).runAsync();
}

/**
 * Disposes a view. It is emptied first, because Vega's shapes hold a reference to the canvas on which they were painted last,
 * and the canvas to its view.
 */
export function endView({ view, finalize }: Pick<Result, "view" | "finalize">): void {
  view.data(ROWS, []).run();
  finalize();
}

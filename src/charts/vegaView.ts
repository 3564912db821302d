/**
 * The life of a Vega view once it stands: new rows for its chart, and its end. Owns the name of the table that
 * they are in; refuses to know how a chart looks.
 */
import type { Result } from "vega-embed";

/** The table that a dressed specification draws from. */
export const ROWS = "rows";

export type ViewRow = Readonly<Record<string, unknown>>;

/**
 * Shows `rows` in place of those that are there. They are altered, never exchanged: of every row that was ever
 * removed, Vega's derived tables keep an entry (Relay in vega-transforms), so that a chart whose rows are
 * exchanged at each redraw grows for as long as it lives. Where the new rows are fewer, the places left over
 * repeat the last one: the same point, painted twice.
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
 * Ends a view. Emptied first, because Vega's shapes remember the canvas on which they were painted last, and
 * the canvas its view.
 */
export function endView({ view, finalize }: Pick<Result, "view" | "finalize">): void {
  view.data(ROWS, []).run();
  finalize();
}

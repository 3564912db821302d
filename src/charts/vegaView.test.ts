/** Tests the views that stay alive through a run, with Vega itself and the tables of a dressed line chart. */
import { parse, View } from "vega";
import { compile } from "vega-lite";
import { expect, test, vi } from "vitest";
import { endView, ROWS, showRows, type ViewRow } from "./vegaView.ts";

const rowsOf = (losses: readonly number[]): readonly ViewRow[] =>
  losses.map((loss, index) => ({ x: index + 1, training: loss }));

/** Creates a curve with a pointer, as the live charts have it. Each layer has a table derived from the rows. */
async function lineView(rows: readonly ViewRow[]): Promise<View> {
  const { spec } = compile({
    width: 300,
    height: 100,
    data: { name: ROWS, values: [...rows] },
    encoding: { x: { field: "x", type: "quantitative" } },
    layer: [
      {
        mark: "line",
        transform: [{ filter: "isValid(datum.training)" }],
        encoding: { y: { field: "training", type: "quantitative" } },
      },
      {
        mark: "rule",
        transform: [{ calculate: "format(datum.training, '.1f')", as: "words" }],
        selection: { hover: { type: "single", on: "mouseover", nearest: true, empty: "none" } },
        encoding: { tooltip: { field: "words", type: "nominal" } },
      },
    ],
  });
  const view = new View(parse(spec), { renderer: "none" });
  await view.runAsync();
  return view;
}

/** Lists the tables that Vega-Lite derives from the rows, and the marks painted from these. */
const derivedTables = (view: View): readonly string[] =>
  Object.keys(view.getState({ data: () => true }).data ?? {}).filter((name) =>
    /^data_|_marks$/.test(name),
  );

function wordsIn(view: View): readonly string[] {
  const withWords = derivedTables(view).find((name) => "words" in (view.data(name)[0] ?? {}));
  return view.data(withWords ?? "").map(({ words }) => words);
}

test("a redraw shows the new rows, in every table derived from them", async () => {
  const view = await lineView(rowsOf([2, 1.5]));
  await showRows(view, rowsOf([2, 1.2, 0.8]));
  expect(view.data(ROWS)).toMatchObject(rowsOf([2, 1.2, 0.8]));
  expect(wordsIn(view)).toEqual(["2.0", "1.2", "0.8"]);
});

test("a hundred redraws make no row anew: Vega remembers every one that was removed", async () => {
  const view = await lineView(rowsOf([2, 1.5, 1]));
  const tables = derivedTables(view);
  const before = tables.map((name) => [...view.data(name)]);
  for (let redraw = 0; redraw < 100; redraw += 1) {
    await showRows(view, rowsOf([2 + redraw, redraw / 3, redraw % 7]));
  }
  expect(tables.length).toBeGreaterThan(0);
  for (const [index, name] of tables.entries()) {
    const after = view.data(name);
    expect(after).toHaveLength(before[index]?.length ?? -1);
    for (const [place, row] of after.entries()) expect(row).toBe(before[index]?.[place]);
  }
});

test("fewer rows than before end in repeats of the last one", async () => {
  const view = await lineView(rowsOf([2, 1.5, 1]));
  await showRows(view, rowsOf([3, 2.5]));
  expect(view.data(ROWS)).toMatchObject([...rowsOf([3, 2.5]), { x: 2, training: 2.5 }]);
});

test("a value that is no number leaves the curve, and comes back with one", async () => {
  const view = await lineView(rowsOf([2, 1.5, 1]));
  const tables = derivedTables(view);
  const lengths = () => tables.map((name) => view.data(name).length);
  const whole = lengths();
  await showRows(view, rowsOf([2, Number.NaN, 1]));
  expect(lengths()).not.toEqual(whole);
  await showRows(view, rowsOf([2, 1.4, 1]));
  expect(lengths()).toEqual(whole);
});

test("the end of a view empties its tables and finalises it", async () => {
  const view = await lineView(rowsOf([2, 1.5]));
  const finalize = vi.fn(() => {
    view.finalize();
  });
  endView({ view, finalize });
  expect(finalize).toHaveBeenCalledOnce();
  for (const name of [ROWS, ...derivedTables(view)]) expect(view.data(name)).toEqual([]);
});

/**
 * Tests the dresses with Vega-Lite itself: a dressed specification in the form of tfjs-vis 1.5 must compile without a warning
 * and draw.
 */

import fc from "fast-check";
import { parse, View } from "vega";
import { compile } from "vega-lite";
import { afterEach, expect, test, vi } from "vitest";
import type { LayerSpec } from "./chartDress.ts";
import type { ChartPalette } from "./chartPalette.ts";
import { dressConfusionMatrix } from "./confusionMatrixDress.ts";
import { dressHeatMap } from "./heatMapDress.ts";
import { dressLineChart, type LineChartLook } from "./lineChartDress.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const PALETTE: ChartPalette = {
  card: "#ffffff",
  ink: "#14181f",
  soft: "#5b6472",
  faint: "#8a93a1",
  line: "#dfe3e8",
  separable: "#0072b2",
  ordinary: "#d55e00",
  third: "#007a5a",
  fourth: "#525b69",
  onFill: "#ffffff",
  fontFamily: "sans-serif",
};

const tfjsLine = (name: string): LayerSpec => ({
  mark: { type: "line", clip: true },
  encoding: {
    y: { field: name, type: "quantitative", title: "y", scale: { domain: [0, 3] } },
    color: { field: `${name}-name`, type: "nominal", legend: { values: [name], title: null } },
  },
});
const TFJS_POINTER: LayerSpec = {
  mark: "rule",
  selection: { hover: { type: "single", on: "mouseover", nearest: true, clear: "mouseout" } },
  encoding: { color: { value: "grey" } },
};
const TFJS_CELLS: LayerSpec = {
  transform: [{ filter: "datum.noFill != true" }],
  mark: { type: "rect" },
  encoding: { color: { field: "scaleCount", type: "quantitative" } },
};

const look: LineChartLook = {
  palette: PALETTE,
  fontSize: 11,
  lines: [
    { name: "training", color: "#0072b2", dash: [], band: false, dots: false },
    { name: "validation", color: "#d55e00", dash: [5, 3], band: false, dots: true },
  ],
  marks: [],
  xAxis: { title: "step", format: ",d" },
  xDomain: [0, 937],
  yDomain: [0, 3],
  yAxisFormat: "~g",
  valueFormat: ".3f",
};
const line = dressLineChart(
  [tfjsLine("x"), tfjsLine("training"), tfjsLine("validation"), TFJS_POINTER],
  look,
);
const matrix = dressConfusionMatrix([TFJS_CELLS, { mark: { type: "text" } }], {
  palette: PALETTE,
  fontSize: 11,
  classes: ["Trouser", "Coat"],
});

/** Compiles a dressed specification, runs it headless and returns the texts and paths that it would paint. */
async function paint(changes: object, values: readonly object[]) {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const spec = {
    width: 400,
    height: 130,
    autosize: { type: "fit" },
    data: { name: "points", values },
  };
  const { spec: compiled } = compile(JSON.parse(JSON.stringify({ ...spec, ...changes })));
  const view = new View(parse(compiled), { renderer: "none" });
  await view.runAsync();
  const svg = await view.toSVG();
  view.finalize();
  return { warnings: warn.mock.calls, svg };
}

const ROWS = [
  { x: 1, training: 2.3, validation: Number.NaN },
  { x: 400, training: 0.5, validation: 0.6 },
  { x: 700, training: 0.4, validation: 0.5 },
];

test("a dressed line chart compiles, and draws both curves in their colours without a legend", async () => {
  const { warnings, svg } = await paint(line, ROWS);
  expect(warnings).toEqual([]);
  expect(svg).toMatch(/stroke="#0072b2"/);
  expect(svg).toMatch(/stroke="#d55e00"[^>]*stroke-dasharray="5,3"/);
  expect(svg).not.toContain("legend");
  expect(svg).not.toContain("NaN");
});

test("the steps' own series is no curve, and its axis ends at the run's last step", () => {
  expect(line.layer).toHaveLength(3);
  expect(JSON.stringify(line.encoding)).toContain('"domain":[0,937]');
});

test("a band is an area of the curve's colour between its edges, which are no curves themselves", async () => {
  const [training] = look.lines;
  if (training === undefined) throw new Error("the look has lines");
  const banded = dressLineChart(
    [tfjsLine("training"), tfjsLine("training low"), tfjsLine("training high"), TFJS_POINTER],
    { ...look, lines: [{ ...training, band: true }] },
  );
  const rows = ROWS.map((row) => ({
    ...row,
    "training low": row.training - 0.1,
    "training high": 2.5,
  }));
  const { warnings, svg } = await paint(banded, rows);
  expect(warnings).toEqual([]);
  expect(svg).toMatch(/fill="#0072b2"[^>]*opacity="0.16"|opacity="0.16"[^>]*fill="#0072b2"/);
  expect(svg.match(/stroke="#0072b2"/g)).toHaveLength(1);
});

test("bars begin at zero, side by side", async () => {
  const [training, validation] = look.lines;
  if (training === undefined || validation === undefined) throw new Error("the look has lines");
  const barred = dressLineChart([tfjsLine("training"), tfjsLine("validation"), TFJS_POINTER], {
    ...look,
    xDomain: [0, 1000],
    lines: [
      { ...training, bars: { from: -50, to: 0 } },
      { ...validation, bars: { from: 0, to: 50 } },
    ],
  });
  const { warnings, svg } = await paint(barred, ROWS.slice(1));
  expect(warnings).toEqual([]);
  const boxes = (color: string) =>
    [...svg.matchAll(/<path[^>]*>/g)].filter(([path]) => path.includes(`fill="${color}"`));
  expect(boxes("#0072b2")).toHaveLength(2);
  expect(boxes("#d55e00")).toHaveLength(2);
  expect(svg).not.toContain("NaN");
});

test("a dressed matrix compiles, and names every class whole on both sides in the given order", async () => {
  const cells = [
    { label: "Trouser", prediction: "Trouser", count: 97 },
    { label: "Trouser", prediction: "Coat", count: 3 },
    { label: "Coat", prediction: "Trouser", count: 20 },
    { label: "Coat", prediction: "Coat", count: 80 },
  ];
  const { warnings, svg } = await paint(matrix, cells);
  expect(warnings).toEqual([]);
  const texts = [...svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map((match) => match[1]);
  expect(texts.filter((text) => text === "Trouser" || text === "Coat")).toEqual([
    "Trouser",
    "Coat",
    "Trouser",
    "Coat",
  ]);
  expect(texts).toEqual(expect.arrayContaining(["97", "20", "80"]));
  expect(texts).not.toContain("3");
});

/** Returns the labels of a chart's two axes, as Vega paints them. */
async function labelsOf(changed: Partial<LineChartLook>) {
  const dressed = dressLineChart([tfjsLine("x"), scaledLine(changed.yDomain), TFJS_POINTER], {
    ...look,
    lines: look.lines.slice(0, 1),
    ...changed,
  });
  const { svg } = await paint(dressed, [{ x: 1, training: 1 }]);
  const axes = [...svg.matchAll(/role-axis-label.*?<[/]g>/g)].map(([axis]) =>
    [...axis.matchAll(/<text[^>]*?(opacity="0")?[^>]*>([^<]+)<[/]text>/g)].flatMap(
      ([, hidden, text]) => (hidden === undefined && text !== undefined ? [text] : []),
    ),
  );
  expect(axes).toHaveLength(2);
  return axes;
}

const scaledLine = (domain: LineChartLook["yDomain"] = [0, 3]): LayerSpec => ({
  ...tfjsLine("training"),
  encoding: { y: { field: "training", type: "quantitative", scale: { domain } } },
});

test("labels of an axis differ from each other, whatever its domain and its format", async () => {
  const xFormat = fc.constantFrom(",d", "~g", "~s");
  const end = fc.oneof(
    fc.nat({ max: 12 }),
    fc.nat({ max: 10_000 }),
    fc.double({ min: 1e-3, max: 1e13 }),
  );
  const format = fc.constantFrom("~g", ".0%");
  const low = fc.constantFrom(0, -1, 0.5, 0.899);
  const height = fc.double({ min: 1e-4, max: 1000, noNaN: true });
  await fc.assert(
    fc.asyncProperty(
      xFormat,
      end,
      format,
      low,
      height,
      async (xLabels, last, yLabels, from, high) => {
        const xEnd = xLabels === ",d" ? Math.ceil(last) : last;
        const axes = await labelsOf({
          xAxis: { title: "x", format: xLabels },
          xDomain: [0, xEnd || 1],
          yAxisFormat: yLabels,
          yDomain: [from, from + high],
        });
        for (const labels of axes) expect(labels).toEqual([...new Set(labels)]);
      },
    ),
    { numRuns: 40 },
  );
});

test.each([
  [1, ["0", "1"]],
  [2, ["0", "1", "2"]],
  [4, ["0", "1", "2", "3", "4"]],
  [7, ["0", "2", "4", "6"]],
  [2800, ["0", "1,000", "2,000"]],
])("a run of %i steps has ticks at whole steps", async (steps, expected) => {
  const axes = await labelsOf({ xDomain: [0, steps] });
  expect(axes).toContainEqual(expected);
});

test("marks are vertical rules with their words, whole in their tooltips", async () => {
  const layers = [tfjsLine("x"), tfjsLine("training"), tfjsLine("validation"), TFJS_POINTER];
  const marks = [{ x: 400, words: "Learning rate 0.001" }];
  const { warnings, svg } = await paint(dressLineChart(layers, { ...look, marks }), ROWS);
  expect(warnings).toEqual([]);
  expect(svg).toContain("Learning rate 0.001");
  expect(svg.match(/class="mark-rule/g)?.length).toBeGreaterThan(1);
});

test("a dressed heat map compiles, shows its numbers, and leaves empty cells out", async () => {
  const table = {
    columns: ["2", "4"],
    rows: ["on", "off"],
    means: [
      [0.5, null],
      [0.75, 0.625],
    ],
  };
  const look = { palette: PALETTE, fontSize: 11, titles: { x: "Repeats", y: "Residual" }, table };
  const values = table.means.flatMap((column, x) =>
    column.map((share, y) => ({
      x: `${table.columns[x]}@tfidx@${x}`,
      y: `${table.rows[y]}@tfidx@${y}`,
      value: share === null ? -1 : 100 * share,
    })),
  );
  const { warnings, svg } = await paint(dressHeatMap(look), values);
  expect(warnings).toEqual([]);
  for (const text of ["50.0", "75.0", "62.5", "Repeats", "Residual", ">on<", ">4<"])
    expect(svg).toContain(text);
  expect(svg).not.toMatch(/tfidx|-1[.]0/);
  expect(svg).toMatch(/fill="(#0072b2|rgb\(0, 114, 178\))"/);
});

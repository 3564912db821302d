/** Writes the network's table as text, in the form of Keras' `model.summary()`. */
import { greatestOf } from "../core/numbers.ts";
import { formatCount } from "../core/units.ts";
import type { Summary, SummaryRow } from "./summary.ts";

export interface SummaryOptions {
  /** Adds a column that Keras does not have: multiply-accumulates for one image. */
  readonly macs?: boolean;
}

/**
 * Writes the table as Keras 3 prints it on a wide enough line: a frame around every cell, `Connected to` only when the network
 * is not a simple chain, and sizes of float32 weights in units of 1024.
 */
export function summaryText(summary: Summary, { macs = false }: SummaryOptions = {}): string {
  const chain = summary.layers.every(
    ({ inputs }, index) =>
      inputs.length <= 1 && (index === 0 || inputs[0] === summary.layers[index - 1]?.name),
  );
  const columns: readonly Column[] = [
    { heading: "Layer (type)", cell: ({ name, type }) => `${name} (${type})` },
    { heading: "Output Shape", cell: ({ shape }) => `(None, ${shape.join(", ")})` },
    { heading: "Param #", toRight: true, cell: ({ params }) => formatCount(params) },
    ...(macs
      ? [{ heading: "MACs", toRight: true, cell: (row: SummaryRow) => formatCount(row.macs) }]
      : []),
    ...(chain ? [] : [{ heading: "Connected to", cell: connections }]),
  ];
  const count = (title: string, params: number) =>
    ` ${title} params: ${formatCount(params)} (${kerasSize(4 * params)})`;
  return [
    `Model: "${summary.name}"`,
    ...framed(columns, summary.layers),
    count("Total", summary.total),
    count("Trainable", summary.trainable),
    count("Non-trainable", summary.total - summary.trainable),
  ].join("\n");
}

interface Column {
  readonly heading: string;
  readonly toRight?: boolean;
  readonly cell: (row: SummaryRow) => string;
}

/** Writes the lines of the table, with each column as wide as its longest cell. */
function framed(columns: readonly Column[], rows: readonly SummaryRow[]): readonly string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map(({ heading }, column) =>
    greatestOf([heading.length, ...cells.map((row) => row[column]?.length ?? 0)]),
  );
  const line = (texts: readonly string[], wall: string) => {
    const padded = texts.map((text, column) =>
      columns[column]?.toRight
        ? text.padStart(widths[column] ?? 0)
        : text.padEnd(widths[column] ?? 0),
    );
    return `${wall} ${padded.join(` ${wall} `)} ${wall}`;
  };
  const rule = (left: string, dash: string, cross: string, right: string) =>
    left + widths.map((width) => dash.repeat(width + 2)).join(cross) + right;
  const between = rule("├", "─", "┼", "┤");
  const headings = columns.map(({ heading }) => heading);
  return [
    rule("┏", "━", "┳", "┓"),
    line(headings, "┃"),
    rule("┡", "━", "╇", "┩"),
    ...cells.flatMap((row, index) => (index === 0 ? [line(row, "│")] : [between, line(row, "│")])),
    rule("└", "─", "┴", "┘"),
  ];
}

/** Every layer here has one node with one output, so both numbers are 0. */
function connections({ inputs }: SummaryRow): string {
  return inputs.length === 0 ? "-" : inputs.map((name) => `${name}[0][0]`).join(", ");
}

/** Keras' `readable_memory_size`. */
function kerasSize(sizeBytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const power = sizeBytes === 0 ? 0 : Math.floor(Math.log2(sizeBytes) / 10);
  return `${(sizeBytes / 1024 ** power).toFixed(2)} ${units[power]}`;
}

/** The network as a table, in the manner of Keras' `model.summary()`, and as plain data. */
import { formatBytes, formatCount } from "../core/units.ts";
import type { LayerAnalysis, NetworkAnalysis } from "./analysis.ts";

export interface SummaryRow {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly params: number;
  readonly macs: number;
  readonly inputs: readonly string[];
}

export interface Summary {
  readonly name: string;
  readonly total: number;
  readonly trainable: number;
  /** Multiply-accumulates for one image. */
  readonly macs: number;
  /** Estimate for training; see `memory.ts`. */
  readonly memoryBytes: number;
  readonly layers: readonly SummaryRow[];
}

export function summarize(name: string, analysis: NetworkAnalysis, memoryBytes: number): Summary {
  return {
    name,
    total: analysis.params,
    trainable: analysis.trainableParams,
    macs: analysis.macs,
    memoryBytes,
    layers: analysis.layers.map(summaryRow),
  };
}

export function summaryRow({ layer, shape, params, macs }: LayerAnalysis): SummaryRow {
  return { name: layer.name, type: layer.type, shape, params, macs, inputs: layer.inputs };
}

const HEADINGS = ["Layer (type)", "Output shape", "Parameters", "MACs", "Connected to"] as const;

/** The table as text: one line a layer, numbers to the right, totals below. */
export function summaryText(summary: Summary): string {
  const rows = summary.layers.map((layer) => [
    `${layer.name} (${layer.type})`,
    `(None, ${layer.shape.join(", ")})`,
    formatCount(layer.params),
    layer.macs === 0 ? "" : formatCount(layer.macs),
    layer.inputs.join(", "),
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 2 || column === 3
          ? cell.padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const rule = "-".repeat(widths.reduce((total, width) => total + width, 2 * (widths.length - 1)));
  return [
    `Model: "${summary.name}"`,
    rule,
    line(HEADINGS),
    rule,
    ...rows.map(line),
    rule,
    `Total parameters:          ${formatCount(summary.total)}`,
    `Trainable parameters:      ${formatCount(summary.trainable)}`,
    `Non-trainable parameters:  ${formatCount(summary.total - summary.trainable)}`,
    `MACs per image:            ${formatCount(summary.macs)}`,
    `Training memory, estimate: ${formatBytes(summary.memoryBytes)}`,
  ].join("\n");
}

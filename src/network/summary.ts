/** The network's table as plain data; `summaryText.ts` writes it. */
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
  /** An estimate for training; see `memory.ts`. */
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

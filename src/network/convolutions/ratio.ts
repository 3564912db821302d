/**
 * The cost of a depthwise separable convolution relative to an ordinary one: r = 1/N + 1/K², for depth multiplier 1 (Howard et
 * al. 2017, "MobileNets", section 3.1; the PyTorch notebook). Input size, channels, stride and padding cancel out.
 */
import { PlaygroundError } from "../../core/errors.ts";

export interface TableRange {
  readonly tableFrom: number;
  readonly tableTo: number;
  readonly tableStep: number;
  readonly tableKernel: number;
}

export interface RatioRow {
  /** The notebook's n. */
  readonly filters: number;
  readonly ratio: number;
  /** By what factor an ordinary convolution needs more multiplications. */
  readonly timesMore: number;
}

const MAX_ROWS = 60;

/** Returns the separable convolution's multiplications divided by the ordinary one's. */
export function separableRatio(filters: number, kernelSize: number): number {
  return 1 / filters + 1 / kernelSize ** 2;
}

/** @throws PlaygroundError `setting.invalid` with `context.setting`, for an empty or too long range. */
export function ratioTable(range: TableRange): readonly RatioRow[] {
  const { tableFrom, tableTo, tableStep, tableKernel } = range;
  const numRows = Math.floor((tableTo - tableFrom) / tableStep) + 1;
  if (tableTo < tableFrom) {
    throw new PlaygroundError({
      code: "setting.invalid",
      where: "Table to n",
      rule: "the table must end after it starts",
      expected: `at least ${tableFrom}`,
      got: String(tableTo),
      remedy: "Raise it, or lower Table from n.",
      context: { setting: "tableTo" },
    });
  }
  if (numRows > MAX_ROWS) {
    throw new PlaygroundError({
      code: "setting.invalid",
      where: "Table step",
      rule: "the table would be too long to read",
      expected: `at most ${MAX_ROWS} rows`,
      got: String(numRows),
      remedy: `Take steps of ${Math.ceil((tableTo - tableFrom + 1) / MAX_ROWS)} or more.`,
      context: { setting: "tableStep" },
    });
  }
  return Array.from({ length: numRows }, (_, row) => {
    const filters = tableFrom + row * tableStep;
    const ratio = separableRatio(filters, tableKernel);
    return { filters, ratio, timesMore: 1 / ratio };
  });
}

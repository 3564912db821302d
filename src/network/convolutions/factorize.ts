/**
 * Decides whether a kernel is the product of a column and a row. By the Eckart-Young theorem the first term of the singular
 * value decomposition is the nearest such product, and the other singular values measure the difference.
 */

import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { PlaygroundError } from "../../core/errors.ts";
import { greatestOf, leastOf, lengthOf } from "../../core/numbers.ts";

/** Rows of numbers, 3 x 3 or 5 x 5. */
export type Kernel = readonly (readonly number[])[];

export const KERNEL_SIDES = [3, 5] as const;
export type KernelSide = (typeof KERNEL_SIDES)[number];

export interface Factorization {
  /** Descending. The kernel does not separate if more than one is not zero. */
  readonly singularValues: readonly number[];
  /** K x 1. */
  readonly column: readonly number[];
  /** 1 x K. */
  readonly row: readonly number[];
  /** The product of column and row: the nearest kernel that separates. */
  readonly nearest: Kernel;
  readonly separates: boolean;
  /** The largest difference of a single entry. */
  readonly largestError: number;
  /** Frobenius norm of the difference relative to that of the kernel, in `[0, 1)`; 0 for a kernel of zeros. */
  readonly relativeError: number;
  /** For one output value, with the whole kernel and with column and row. */
  readonly multiplications: { readonly whole: number; readonly separated: number };
}

/** Differences this small relative to the largest value are rounding errors. */
const DUST = 1e-10;
/**
 * Factors that are whole numbers are readable when their smallest is 1. With a larger ratio than this they would only become
 * large.
 */
const READABLE_SPREAD = 100;

/** @throws PlaygroundError `setting.invalid` unless it is a square of finite numbers. */
export function factorize(kernel: Kernel): Factorization {
  const side = kernel.length;
  checkKernel(kernel);
  const decomposition = new SingularValueDecomposition(new Matrix(kernel.map((row) => [...row])));
  const singularValues = decomposition.diagonal;
  const first = singularValues[0] ?? 0;
  const left = decomposition.leftSingularVectors.getColumn(0);
  const right = decomposition.rightSingularVectors.getColumn(0);
  const scale = first === 0 ? 0 : readableScale(left);
  const column = left.map((value) => clean(value * scale));
  const row = right.map((value) => (scale === 0 ? 0 : clean((value * first) / scale)));
  const nearest = column.map((down) => row.map((across) => down * across));
  const rest = kernel.map((line, i) => line.map((value, j) => value - (nearest[i]?.[j] ?? 0)));
  const separates = (singularValues[1] ?? 0) <= DUST * first;
  return {
    singularValues: singularValues.map((value) => (value <= DUST * first ? 0 : value)),
    column,
    row,
    nearest,
    separates,
    largestError: separates ? 0 : greatestOf(rest.flat().map(Math.abs)),
    relativeError: separates ? 0 : norm(rest.flat()) / norm(kernel.flat()),
    multiplications: { whole: side * side, separated: 2 * side },
  };
}

/** Returns the factor that makes the column's smallest entry 1 and its first entry positive. */
function readableScale(column: readonly number[]): number {
  const sizes = column.map(Math.abs).filter((size) => size > 1e-9);
  const largest = greatestOf(sizes);
  const smallest = leastOf(sizes);
  const unit = largest / smallest > READABLE_SPREAD ? largest : smallest;
  const leading = column.find((value) => Math.abs(value) > 1e-9) ?? 1;
  return Math.sign(leading) / unit;
}

/** Removes rounding errors of the decomposition: 2 instead of 1.9999999999999998. */
function clean(value: number): number {
  const rounded = Number(value.toPrecision(12));
  return Math.abs(rounded) < 1e-12 ? 0 : rounded;
}

function norm(values: readonly number[]): number {
  return lengthOf(values);
}

function checkKernel(kernel: Kernel): void {
  const valid =
    KERNEL_SIDES.some((side) => side === kernel.length) &&
    kernel.every((row) => row.length === kernel.length && row.every(Number.isFinite));
  if (valid) return;
  throw new PlaygroundError({
    code: "setting.invalid",
    where: "Kernel",
    rule: "a drawn kernel is a square of numbers",
    expected: "3 x 3 or 5 x 5",
    got: `${kernel.length} rows of ${kernel.map((row) => row.length).join(", ")}`,
    remedy: "Choose a preset to start again.",
    context: { setting: "kernel" },
  });
}

const MAX_ENTRY = 1000;

/**
 * Parses one entry.
 * @throws PlaygroundError `setting.invalid`
 */
export function parseEntry(where: string, text: string): number {
  const value = Number(text.trim().replace("−", "-"));
  if (text.trim() !== "" && Number.isFinite(value) && Math.abs(value) <= MAX_ENTRY) return value;
  throw new PlaygroundError({
    code: "setting.invalid",
    where,
    rule: "a kernel is made of numbers",
    expected: `a number from -${MAX_ENTRY} to ${MAX_ENTRY}`,
    got: `"${text}"`,
    remedy: "Correct it, or choose a preset.",
    context: { setting: "kernel" },
  });
}

/**
 * Parses a kernel from a link: 9 or 25 numbers, row by row.
 * @throws PlaygroundError `setting.invalid`
 */
export function parseKernel(text: string): Kernel {
  const values = text.split(",").map((entry) => parseEntry("Kernel", entry));
  const side = Math.sqrt(values.length);
  const kernel = Array.from({ length: Math.ceil(side) }, (_, row) =>
    values.slice(row * Math.ceil(side), (row + 1) * Math.ceil(side)),
  );
  checkKernel(kernel);
  return kernel;
}

/** The inverse of `parseKernel`. */
export function formatKernel(kernel: Kernel): string {
  return kernel.flat().join(",");
}

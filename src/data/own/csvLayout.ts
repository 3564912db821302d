/**
 * Finds out what the columns of a table of images mean. Three layouts are in use: FER2013's `emotion,pixels,Usage` with all
 * values of an image in one field, and one column a value, with the label first or last, with a header or without one.
 */
import type { Channels } from "../../core/pixelBatch.ts";
import { formatCount } from "../../core/units.ts";
import type { CsvRow } from "./csvRows.ts";
import { wrongFile } from "./ownFile.ts";

export interface CsvLayout {
  readonly hasHeader: boolean;
  readonly numColumns: number;
  /** The column of the label; its name when the header has one. */
  readonly label: { readonly column: number; readonly name: string };
  /** The column that says which part a row belongs to, as FER2013's `Usage`. */
  readonly part: number | undefined;
  /** One column that holds all values of an image, or the columns of the values in order. */
  readonly pixels: { readonly joined: number } | { readonly columns: readonly number[] };
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
}

const LABEL = /^(label|labels|class|emotion|target|y|digit|category)$/i;
const PIXELS = /^(pixels?|image|values?)$/i;
const PART = /^(usage|split|set|part|subset)$/i;
/** Columns that number the rows, as pandas writes them. */
const INDEX = /^(unnamed: 0|index|id|)$/i;
const NUMBER = /^[+-]?(\d+([.]\d*)?|[.]\d+)(e[+-]?\d+)?$/i;
/** pandas numbers headers that occur twice: `0`, `0.1`, `0.2`. */
const REPEATED = /^\d+[.]\d+$/;
/** A smaller table holds no images. */
const FEWEST_VALUES = 4;

/**
 * @param sample the first rows
 * @returns `undefined` for a table of images without labels
 * @throws PlaygroundError `file.invalid` for a table without images
 */
export function csvLayoutOf(path: string, sample: readonly CsvRow[]): CsvLayout | undefined {
  const [first, ...others] = sample.map(({ fields }) => fields);
  if (first === undefined) throw noImages(path, "an empty file");
  const hasHeader = isHeader(first, others[0]);
  const rows = hasHeader ? others : [first, ...others];
  const isBlank = (column: number) => sample.every(({ fields }) => (fields[column] ?? "") === "");
  const names = hasHeader ? first : first.map(() => "");
  const numColumns = first.length;
  const joined = columnOfJoined(rows, names);
  const part = columnNamed(names, PART);
  const byName = columnNamed(names, LABEL);
  if (joined !== undefined) {
    const others = [...names.keys()].filter((column) => column !== joined && column !== part);
    const column = byName ?? others[0];
    if (column === undefined) return undefined;
    const numValues = rows[0]?.[joined]?.split(/\s+/).length ?? 0;
    return {
      ...{ hasHeader, numColumns, part, pixels: { joined }, ...sidesOf(path, numValues) },
      label: { column, name: names[column] ?? "" },
    };
  }
  const indexed = hasHeader && numColumns > FEWEST_VALUES ? columnNamed(names, INDEX) : undefined;
  const rest = [...names.keys()].filter(
    (column) =>
      column !== part && column !== indexed && !(column === first.length - 1 && isBlank(column)),
  );
  const label = byName ?? labelBySize(rest, rows);
  if (label === undefined) {
    // Without a label the values alone must form an image, as Kaggle's test.csv has them.
    sidesOf(path, rest.length);
    return undefined;
  }
  const columns = rest.filter((column) => column !== label);
  return {
    ...{ hasHeader, numColumns, part, pixels: { columns }, ...sidesOf(path, columns.length) },
    label: { column: label, name: names[label] ?? "" },
  };
}

/**
 * A header has a word where the rows have a number. Tables without names of their own have numbered headers: `0,1,2,...`, or
 * `0,0.1,0.2`, where pandas took a row of equal numbers for names.
 */
function isHeader(first: readonly string[], second: readonly string[] = []): boolean {
  if (first.some((field, column) => isWord(field) && !isWord(second[column] ?? field))) return true;
  const start = Number(first[0]);
  if (first.length > FEWEST_VALUES && first.every((field, at) => Number(field) === start + at))
    return true;
  const repeated = first.filter((field) => REPEATED.test(field)).length;
  return repeated > first.length / 2 && !second.some((field) => REPEATED.test(field));
}

/** Tells whether a field is neither a number nor numbers joined by spaces. */
function isWord(field: string): boolean {
  return !field.split(/\s+/).every((value) => NUMBER.test(value));
}

function columnNamed(names: readonly string[], wanted: RegExp): number | undefined {
  const column = names.findIndex((name) => wanted.test(name));
  return column < 0 ? undefined : column;
}

function columnOfJoined(
  rows: readonly (readonly string[])[],
  names: readonly string[],
): number | undefined {
  const isJoined = (field: string) => field.split(/\s+/).length >= FEWEST_VALUES && !isWord(field);
  const column = rows[0]?.findIndex(isJoined) ?? -1;
  if (column >= 0) return column;
  return names.length > 1 && names.length <= 4 ? columnNamed(names, PIXELS) : undefined;
}

/**
 * Returns the first or the last column. The number of the others must form an image. The first one is the usual place; the last
 * one is taken when only its values are few whole numbers or words.
 */
function labelBySize(
  columns: readonly number[],
  rows: readonly (readonly string[])[],
): number | undefined {
  if (sides(columns.length - 1) === undefined) return undefined;
  const [first, last] = [columns[0] ?? 0, columns.at(-1) ?? 0];
  const isLabel = (column: number) => {
    const values = new Set(rows.map((row) => row[column] ?? ""));
    const areWords = [...values].some(isWord);
    return (
      areWords || (values.size > 1 && [...values].every((value) => /^\d{1,2}([.]0*)?$/.test(value)))
    );
  };
  return isLabel(first) || !isLabel(last) ? first : last;
}

function sidesOf(path: string, numValues: number) {
  const found = sides(numValues);
  if (found !== undefined) return found;
  throw noImages(
    path,
    `${formatCount(numValues)} ${numValues === 1 ? "value" : "values"} a row beside the label`,
  );
}

/** Images are square, grey or with their three colours side by side for each pixel. */
function sides(numValues: number) {
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(numValues / channels);
    if (numValues >= FEWEST_VALUES && Number.isInteger(side))
      return { height: side, width: side, channels };
  }
  return undefined;
}

function noImages(path: string, got: string): Error {
  return wrongFile(path, {
    rule: "the table does not hold images",
    expected:
      "a label and the values of a square image in each row: columns emotion, pixels and Usage, or one column a value",
    got,
    remedy: "Save one square image a row, with its label first or last.",
  });
}

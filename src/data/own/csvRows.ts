/**
 * Reads the rows of a CSV file piece by piece, packed with gzip or not. Papa Parse splits rows into fields and finds the
 * delimiter. A field may be quoted, but not contain a line break, because numbers and names of classes never do.
 */
import Papa from "papaparse";
import { PlaygroundError, reasonOf } from "../../core/errors.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { formatCount } from "../../core/units.ts";
import { readBytes, requireNoBomb, unreadable, wrongFile } from "./ownFile.ts";

export interface CsvRow {
  /** From 1, as an editor shows it. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Enough for the header and some rows of the widest tables, to find the delimiter. */
const SAMPLE_CHARS = 65_536;
/** A longer line is none of a table of images: a picture of 512 × 512 in colour takes 3 MB. */
const MAX_LINE_CHARS = 2 ** 24;
const DELIMITERS = [",", ";", "\t", "|"];

/**
 * Yields all rows that are not empty, with fields without spaces around them.
 * @throws PlaygroundError `file.invalid`
 */
export async function* csvRows(
  file: OwnFile,
  onShare?: (share: number) => void,
): AsyncGenerator<CsvRow> {
  let delimiter: string | undefined;
  let line = 0;
  for await (const lines of csvLines(file, onShare)) {
    delimiter ??= delimiterOf(lines);
    const { data, errors } = Papa.parse<readonly string[]>(lines, { delimiter, newline: "\n" });
    const [fault] = errors;
    if (fault !== undefined) {
      throw wrongFile(file.path, {
        rule: `line ${formatCount(line + (fault.row ?? 0) + 1)} is not a row of a table`,
        got: fault.message.replace(/[.]$/, ""),
        remedy: "Mend that line, then choose the file again.",
      });
    }
    for (const row of data) {
      line += 1;
      const fields = row.map((field) => field.trim());
      if (fields.some((field) => field !== "")) yield { line, fields };
    }
  }
}

function delimiterOf(lines: string): string {
  const sample = lines.slice(0, SAMPLE_CHARS);
  const { meta } = Papa.parse(sample, { delimitersToGuess: DELIMITERS, preview: 10 });
  return DELIMITERS.includes(meta.delimiter) ? meta.delimiter : ",";
}

/**
 * Returns the number of lines that are not empty, which is at least the number of rows.
 * @throws PlaygroundError `file.invalid`
 */
export async function countLines(
  file: OwnFile,
  onShare?: (share: number) => void,
): Promise<number> {
  let numLines = 0;
  for await (const lines of csvLines(file, onShare))
    for (const line of lines.split("\n")) if (line !== "") numLines += 1;
  return numLines;
}

/** Yields the text in pieces of whole lines, without the last line break of each. */
async function* csvLines(file: OwnFile, onShare?: (share: number) => void): AsyncGenerator<string> {
  // The start of a line whose end has not come yet.
  let rest: string[] = [];
  let numChars = 0;
  for await (const piece of csvText(file, onShare)) {
    const text = piece.replaceAll(/\r\n?/g, "\n");
    const end = text.lastIndexOf("\n");
    const lines = end < 0 ? undefined : [...rest, text.slice(0, end)].join("");
    rest = end < 0 ? [...rest, text] : [text.slice(end + 1)];
    numChars = rest.reduce((sum, { length }) => sum + length, 0);
    if (numChars > MAX_LINE_CHARS) {
      throw wrongFile(file.path, {
        rule: "it has no lines",
        expected: "one image a line",
        got: `more than ${formatCount(MAX_LINE_CHARS)} characters without a line break`,
        remedy: "Save it as CSV, UTF-8.",
      });
    }
    if (lines) yield lines;
  }
  if (numChars > 0) yield rest.join("");
}

/** Decodes UTF-8, or UTF-16 where a byte order mark says so, as spreadsheets export it. */
async function* csvText(file: OwnFile, onShare?: (share: number) => void): AsyncGenerator<string> {
  const head = await readBytes(file, 0, 2);
  const isPacked = head[0] === 0x1f && head[1] === 0x8b;
  let numRead = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(bytes, controller) {
      numRead += bytes.length;
      onShare?.(numRead / file.file.size);
      controller.enqueue(bytes);
    },
  });
  let numUnpacked = 0;
  const source = file.file.stream().pipeThrough(counted);
  const bytes = isPacked ? source.pipeThrough(new DecompressionStream("gzip")) : source;
  const reader = bytes.getReader();
  let decoder: TextDecoder | undefined;
  // A line break of Windows may be cut in two by the pieces.
  let held = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      numUnpacked += value?.length ?? 0;
      if (isPacked) requireNoBomb(file, numUnpacked);
      decoder ??= new TextDecoder(encodingOf(value));
      const text = held + decoder.decode(value, { stream: !done });
      held = text.endsWith("\r") && !done ? "\r" : "";
      yield held === "" ? text : text.slice(0, -1);
      if (done) return;
    }
  } catch (error) {
    if (error instanceof PlaygroundError) throw error;
    if (!isPacked) throw unreadable(file.path, error);
    throw wrongFile(
      file.path,
      {
        rule: "the file cannot be unpacked",
        expected: "a whole gzip file",
        got: reasonOf(error),
        remedy: "Pack it again, or unpack it yourself.",
      },
      error,
    );
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function encodingOf([first, second]: Uint8Array = new Uint8Array()): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

/**
 * Opens tables of images: FER2013's `emotion,pixels,Usage`, or one column a value as Kaggle and MNIST in CSV have them. The
 * parts are told by a column, by the files' names, or drawn.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { fileFormatOf } from "../../core/fileFormat.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { splitNote } from "../../core/ownSplit.ts";
import { formatCount } from "../../core/units.ts";
import { type CsvLayout, csvLayoutOf } from "./csvLayout.ts";
import { type CsvRow, countLines, csvRows } from "./csvRows.ts";
import { handedOver } from "./handedOver.ts";
import { holdOut } from "./heldOut.ts";
import { countsOf, MAX_CLASSES } from "./labels.ts";
import { type LeftOut, leftOutNotes, reasonOfFormat } from "./leftOut.ts";
import { memoryPart } from "./memoryPart.ts";
import type { OpenOwnOptions, OwnData, OwnFileWords, OwnPart } from "./ownData.ts";
import { nameOf, wrongFile } from "./ownFile.ts";
import { createPixelCollector, pixelScaleOf, scaleNotes } from "./pixelCollector.ts";

const TABLE = /[.](csv|tsv)([.]gz)?$/i;
const SAMPLE_ROWS = 200;
/** FER2013's emotions in the order of their numbers. */
const EMOTIONS = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"];

type PartName = "train" | "validation" | "test";

interface Table {
  readonly file: OwnFile;
  readonly layout: CsvLayout;
  /** The part that the file's name implies. */
  readonly part: PartName | undefined;
}

/** The rows of all tables, one after the other. */
interface Rows {
  readonly labels: string[];
  /** The part that a row belongs to, when its table says so. */
  readonly parts: (PartName | undefined)[];
}

/** @throws PlaygroundError `file.invalid`, `file.too-large` */
export async function openCsvFiles(
  files: readonly OwnFile[],
  options: OpenOwnOptions,
): Promise<OwnData> {
  const { onProgress } = options;
  const { tables, leftOut, hidden } = await tablesIn(files);
  const [first] = tables;
  if (first === undefined) throw noTable(leftOut);
  const { height, width, channels } = first.layout;
  for (const { file, layout } of tables) requireSameShape(file.path, first.layout, layout);

  const imageSize = height * width * channels;
  const totalBytes = tables.reduce((sum, { file }) => sum + file.file.size, 0);
  // Lines are counted first, because the memory of all values is taken at once.
  let numLines = 0;
  let bytesBefore = 0;
  const told = (task: string, from: number, size: number) => (share: number) =>
    onProgress?.({ task, share: from + ((bytesBefore + share * size) / totalBytes) * 0.5 });
  for (const { file } of tables) {
    const task = `Counting the rows of ${nameOf(file.path)}`;
    numLines += await countLines(file, told(task, 0, file.file.size));
    bytesBefore += file.file.size;
  }
  const collector = createPixelCollector(first.file.path, numLines * imageSize, imageSize);
  const rows: Rows = { labels: [], parts: [] };
  const words: OwnFileWords[] = [];
  bytesBefore = 0;
  for (const table of tables) {
    const { file, layout } = table;
    const before = rows.labels.length;
    const onShare = told(`Reading ${nameOf(file.path)}`, 0.5, file.file.size);
    await readTable(table, rows, (place, value) => collector.put(place, value), onShare);
    bytesBefore += file.file.size;
    const numRows = formatCount(rows.labels.length - before);
    words.push({ name: nameOf(file.path), words: `${numRows} rows, ${layoutWords(layout)}` });
  }

  const { classes, labels } = classesOf(first, rows.labels);
  const { train, validation, test, note, whole } = partsOf(rows.parts, labels, classes, options);
  requireKnown(rows.labels, labels, train, classes.length, first.file.path);
  const scale = pixelScaleOf(collector.range);
  const pixels = collector.scaled(scale);
  const images = { pixels, height, width, channels };
  const part = (name: string, indices: readonly number[]): OwnPart =>
    chosenRows(memoryPart(name, images, labels), indices);
  const opened = part("test rows", test);
  return {
    title: "Table",
    classes,
    ...{ height, width, channels, sizeBytes: totalBytes, files: words },
    notes: [...scaleNotes(scale), note, ...leftOutNotes(leftOut)],
    leftOut,
    hidden,
    ...(whole && { whole }),
    train: part("training rows", train),
    validation: validation === test ? opened : part("validation rows", validation),
    test: opened,
  };
}

async function tablesIn(files: readonly OwnFile[]) {
  const given = await handedOver(files);
  const leftOut: LeftOut[] = [...given.leftOut];
  const tables: Table[] = [];
  let fault: PlaygroundError | undefined;
  for (const one of given.files) {
    if (!TABLE.test(one.path)) {
      leftOut.push(one.leftOut("not a table (.csv)"));
      continue;
    }
    const reason = reasonAgainst(await one.head());
    if (reason !== undefined) {
      leftOut.push(one.leftOut(reason));
      continue;
    }
    const file = { path: one.path, file: await one.read() };
    const sample = await firstRows(file);
    try {
      const layout = csvLayoutOf(file.path, sample);
      if (layout === undefined) leftOut.push(one.leftOut("it has no labels"));
      else tables.push({ file, layout, part: partOf(nameOf(file.path)) });
    } catch (error) {
      // A table of something else, such as Kaggle's sample_submission.csv, makes the others no worse.
      if (!(error instanceof PlaygroundError)) throw error;
      fault ??= error;
      leftOut.push(one.leftOut("it holds no images"));
    }
  }
  if (tables.length === 0 && fault !== undefined) throw fault;
  return { tables, leftOut, hidden: given.hidden };
}

/** Returns why a file is no table in spite of its name, as far as its first bytes tell. */
function reasonAgainst(head: Uint8Array): string | undefined {
  const format = fileFormatOf(head);
  return ["text", "gzip", "empty"].includes(format) ? undefined : reasonOfFormat(format, "a table");
}

async function firstRows(file: OwnFile): Promise<readonly CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const row of csvRows(file)) {
    rows.push(row);
    if (rows.length === SAMPLE_ROWS) break;
  }
  return rows;
}

/** Returns the part that a word means, as a file's name or as FER2013's `Usage`. */
function partOf(word: string): PartName | undefined {
  if (/train/i.test(word)) return "train";
  if (/val|dev|public/i.test(word)) return "validation";
  return /test|t10k|private/i.test(word) ? "test" : undefined;
}

async function readTable(
  { file, layout, part: partOfFile }: Table,
  { labels, parts }: Rows,
  put: (place: number, value: number) => void,
  onShare: (share: number) => void,
): Promise<void> {
  const { hasHeader, numColumns, label, part, pixels, height, width, channels } = layout;
  const imageSize = height * width * channels;
  let isHeader = hasHeader;
  for await (const { line, fields } of csvRows(file, onShare)) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const wrong = (rule: string, expected: string, got: string) =>
      wrongFile(file.path, {
        rule: `line ${formatCount(line)}: ${rule}`,
        ...{ expected, got, remedy: "Mend or remove that line, then choose the file again." },
      });
    if (fields.length !== numColumns)
      throw wrong("it has another number of fields", String(numColumns), String(fields.length));
    const values =
      "joined" in pixels
        ? (fields[pixels.joined] ?? "").split(/\s+/)
        : pixels.columns.map((column) => fields[column] ?? "");
    if (values.length !== imageSize)
      throw wrong("its image has another size", `${imageSize} values`, String(values.length));
    const first = labels.length * imageSize;
    values.forEach((text, at) => {
      const value = text === "" ? Number.NaN : Number(text);
      if (!Number.isFinite(value))
        throw wrong("a value is no number", "finite numbers", `"${text}"`);
      put(first + at, value);
    });
    const name = fields[label.column] ?? "";
    if (name === "") throw wrong("it has no label", "a label", "an empty field");
    const usage = part === undefined ? undefined : (fields[part] ?? "");
    const named = usage === undefined ? partOfFile : partOf(usage);
    if (usage !== undefined && named === undefined)
      throw wrong("its part is not known", "Training, PublicTest or PrivateTest", `"${usage}"`);
    labels.push(name);
    parts.push(named);
  }
}

function classesOf({ file, layout }: Table, asWritten: readonly string[]) {
  const areNumbers = asWritten.every((name) => Number.isFinite(Number(name)));
  // pandas writes 0 as 0.0 when a value of the column was missing.
  const names = areNumbers ? asWritten.map((name) => String(Number(name))) : asWritten;
  const distinct = [...new Set(names)];
  const sorted = areNumbers
    ? distinct.toSorted((one, other) => Number(one) - Number(other))
    : distinct.toSorted();
  if (sorted.length < 2 || sorted.length > MAX_CLASSES) {
    const column = layout.label.name || `column ${layout.label.column + 1}`;
    throw wrongFile(file.path, {
      rule: `${column} is taken as the label, and does not tell classes apart`,
      expected: `2 to ${MAX_CLASSES} different labels`,
      got: formatCount(sorted.length),
      remedy: "Put the label into the first column, or name its column label.",
    });
  }
  const labelOf = new Map(sorted.map((name, label) => [name, label] as const));
  const areEmotions = /^emotion$/i.test(layout.label.name) && sorted.length === EMOTIONS.length;
  const classNames = areNumbers
    ? sorted.map((name, label) => (areEmotions && EMOTIONS[label]) || `class ${name}`)
    : sorted;
  return {
    classes: classNames,
    labels: Uint8Array.from(names, (name) => labelOf.get(name) ?? 0),
  };
}

interface Parts extends Readonly<Record<PartName, readonly number[]>> {
  /** One sentence about how the parts were found. */
  readonly note: string;
  readonly whole?: OwnData["whole"];
}

function partsOf(
  parts: Rows["parts"],
  labels: Uint8Array,
  classes: readonly string[],
  options: OpenOwnOptions,
): Parts {
  const rowsOf = (wanted: PartName) =>
    [...parts.keys()].filter((row) => (parts[row] ?? "train") === wanted);
  const [train, validation, test] = [rowsOf("train"), rowsOf("validation"), rowsOf("test")];
  if (train.length > 0 && validation.length > 0 && test.length > 0)
    return { train, validation, test, note: "The table has rows for validation and for the test." };
  const [given] = [validation, test].filter((rows) => rows.length > 0);
  if (train.length > 0 && given !== undefined) {
    const note = "The rows that do not train validate and test: there is no third part.";
    return { train, validation: given, test: given, note };
  }
  const split = holdOut(labels, classes.length, options, (label, numImages, least) =>
    wrongFile(classes[label] ?? "Table", {
      rule:
        least === 2
          ? "one image cannot both train and validate"
          : "these images are too few to train, validate and test",
      expected: `${least} or more rows of each class`,
      got: String(numImages),
      remedy: "Add rows of this class, or remove it.",
    }),
  );
  const why = "The table is in one part";
  return {
    ...{ train: split.kept, validation: split.validation, test: split.test },
    note: splitNote(why, options),
    whole: { counts: countsOf(labels, classes.length), why },
  };
}

/** @throws PlaygroundError `file.invalid` for a class that no training row has */
function requireKnown(
  names: readonly string[],
  labels: Uint8Array,
  train: readonly number[],
  numClasses: number,
  path: string,
): void {
  const counts = countsOf(
    Uint8Array.from(train, (row) => labels[row] ?? 0),
    numClasses,
  );
  const missing = counts.indexOf(0);
  if (missing < 0) return;
  throw wrongFile(path, {
    rule: "a class has no training image",
    expected: "one or more of each",
    got: `none labelled ${names[labels.indexOf(missing)] ?? missing}`,
    remedy: "Add training images of this class, or leave out its other rows.",
  });
}

/** Some rows of all of them, in the given order. */
function chosenRows(all: OwnPart, rows: readonly number[]): OwnPart {
  return {
    name: all.name,
    labels: Uint8Array.from(rows, (row) => all.labels[row] ?? 0),
    fingerprint: (index) => all.fingerprint(rows[index] ?? 0),
    read: (indices) => all.read(Array.from(indices, (index) => rows[index] ?? 0)),
  };
}

function requireSameShape(path: string, wanted: CsvLayout, got: CsvLayout): void {
  const text = ({ height, width, channels }: CsvLayout) => `${height} × ${width} × ${channels}`;
  if (text(wanted) === text(got)) return;
  throw wrongFile(path, {
    rule: "the tables hold images of different sizes",
    expected: text(wanted),
    got: text(got),
    remedy: "Choose the files of one data set only.",
  });
}

function layoutWords({ height, width, channels, label }: CsvLayout): string {
  const colours = channels === 3 ? " in colour" : "";
  const column = label.name === "" ? `column ${label.column + 1}` : label.name;
  return `${height} × ${width} pixels${colours}, labels in ${column}`;
}

function noTable(leftOut: readonly LeftOut[]): Error {
  return wrongFile("Table", {
    rule: "there is no table of images with labels",
    expected: "one .csv file or more",
    got: leftOutNotes(leftOut)[0]?.replace(/[.]$/, "") ?? "no file",
    remedy: "Choose the .csv files, packed or not.",
  });
}

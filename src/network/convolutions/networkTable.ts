/**
 * A table of one network with each kind of convolution: the counts of its layers side by side, folded by block, sorted, and as
 * text for other programs. Pure functions; the caller builds the networks.
 */
import { greatestOf } from "../../core/numbers.ts";
import { formatCount } from "../../core/units.ts";
import type { ConvolutionKind } from "../../settings/settings.ts";
import type { NetworkAnalysis } from "../analysis.ts";
import { convolutionName, placesOf } from "../blocks.ts";

export const NETWORK_KINDS = ["separable", "ordinary", "pointwise-first"] as const;

export interface Counts {
  readonly params: number;
  /** For one image. */
  readonly macs: number;
}

export type CountsByKind = Readonly<Record<ConvolutionKind, Counts>>;

export interface NetworkRow {
  /** The name of a layer or a block: `block4_sepconv1`; `block5 to block12, 8 alike`. */
  readonly name: string;
  /** The id of the block that the layer belongs to. */
  readonly block?: string | undefined;
  readonly counts: CountsByKind;
}

export interface NetworkTable {
  /** Layers with weights or multiplications, in the order of the network. */
  readonly rows: readonly NetworkRow[];
  readonly total: CountsByKind;
}

export type SortColumn = "name" | `${ConvolutionKind} ${keyof Counts}`;

export interface Sorting {
  readonly column: SortColumn;
  readonly descending: boolean;
}

const NONE: Counts = { params: 0, macs: 0 };

/**
 * A convolution that is two layers in one kind and one layer in another makes one row. Rows are matched by position, because
 * some networks name a layer after its kind. Such a row has both names.
 */
export function layerTable(
  networks: Readonly<Record<ConvolutionKind, NetworkAnalysis>>,
): NetworkTable {
  const columns = NETWORK_KINDS.map((kind) => convolutionsOf(networks[kind]));
  const numRows = greatestOf(columns.map(({ length }) => length));
  const rows = Array.from({ length: numRows }, (_, index): NetworkRow => {
    const [separable, ordinary, pointwiseFirst] = columns.map((column) => column[index]);
    const named = [separable, ordinary, pointwiseFirst].flatMap((one) => one ?? []);
    return {
      name: [...new Set(named.map(({ name }) => name))].join(" / "),
      block: named[0]?.block,
      counts: {
        separable: separable?.counts ?? NONE,
        ordinary: ordinary?.counts ?? NONE,
        "pointwise-first": pointwiseFirst?.counts ?? NONE,
      },
    };
  });
  return {
    rows,
    total: {
      separable: networks.separable,
      ordinary: networks.ordinary,
      "pointwise-first": networks["pointwise-first"],
    },
  };
}

/** Returns what has weights or multiplies, in the order of the network. The layers of one convolution are joined. */
function convolutionsOf({ layers }: NetworkAnalysis) {
  const places = placesOf(layers);
  const byName = new Map<string, { readonly block: string | undefined; readonly counts: Counts }>();
  for (const { layer, params, macs } of layers) {
    if (params === 0 && macs === 0) continue;
    const name = convolutionName(layer);
    const counts = sum([byName.get(name)?.counts ?? NONE, { params, macs }]);
    byName.set(name, { block: places.get(layer.name)?.block?.id, counts });
  }
  return [...byName].map(([name, row]) => ({ name, ...row }));
}

/** Returns the table with one row for each block, and one row for consecutive blocks that are alike. */
export function foldBlocks({ rows, total }: NetworkTable): NetworkTable {
  const blocks = new Map<string, NetworkRow[]>();
  for (const row of rows) {
    const block = row.block ?? row.name;
    blocks.set(block, [...(blocks.get(block) ?? []), row]);
  }
  const runs: { names: string[]; isBlock: boolean; counts: CountsByKind }[] = [];
  for (const [name, members] of blocks) {
    const counts = sumByKind(members.map((row) => row.counts));
    const before = runs.at(-1);
    const isBlock = members[0]?.block !== undefined;
    if (before?.isBlock && isBlock && sameCounts(before.counts, counts)) {
      before.names.push(name);
    } else {
      runs.push({ names: [name], isBlock, counts });
    }
  }
  const folded = runs.map(({ names, counts }) => ({
    name:
      names.length === 1
        ? (names[0] ?? "")
        : `${names[0]} to ${names.at(-1)}, ${names.length} alike`,
    counts: sumByKind(names.map(() => counts)),
  }));
  return { rows: folded, total };
}

/** Rows that are equal in the column keep the order of the network. `null` sorts all rows in that order. */
export function sortRows(
  rows: readonly NetworkRow[],
  sorting: Sorting | null,
): readonly NetworkRow[] {
  if (sorting === null) return rows;
  const { column, descending } = sorting;
  const compare = (a: NetworkRow, b: NetworkRow): number => {
    if (column === "name") return a.name.localeCompare(b.name, "en", { numeric: true });
    const [kind, count] = splitColumn(column);
    return a.counts[kind][count] - b.counts[kind][count];
  };
  return rows.toSorted((a, b) => (descending ? compare(b, a) : compare(a, b)));
}

function splitColumn(
  column: Exclude<SortColumn, "name">,
): readonly [ConvolutionKind, keyof Counts] {
  const kind = NETWORK_KINDS.find((one) => column.startsWith(`${one} `)) ?? "separable";
  return [kind, column.endsWith("params") ? "params" : "macs"];
}

const HEADINGS = [
  "Layer",
  ...NETWORK_KINDS.flatMap((kind) => [`${kind} parameters`, `${kind} MACs`]),
];

/** Writes comma-separated values by RFC 4180, with plain numbers. */
export function tableAsCsv({ rows, total }: NetworkTable): string {
  const lines = [HEADINGS, ...[...rows, { name: "Total", counts: total }].map(cellsOf)];
  return lines
    .map((cells) => `${cells.map((cell) => quoted(String(cell))).join(",")}\r\n`)
    .join("");
}

/** Writes a table in GitHub's Markdown, with numbers aligned to the right. */
export function tableAsMarkdown({ rows, total }: NetworkTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const body = [...rows, { name: "Total", counts: total }].map((row) =>
    line(
      cellsOf(row).map((cell) =>
        typeof cell === "number" ? formatCount(cell) : cell.replaceAll("|", "\\|"),
      ),
    ),
  );
  const rule = HEADINGS.map((_, index) => (index === 0 ? "---" : "---:"));
  return [line(HEADINGS), line(rule), ...body].join("");
}

function cellsOf({ name, counts }: NetworkRow): readonly (string | number)[] {
  return [name, ...NETWORK_KINDS.flatMap((kind) => [counts[kind].params, counts[kind].macs])];
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function sum(all: readonly Counts[]): Counts {
  return {
    params: all.reduce((total, { params }) => total + params, 0),
    macs: all.reduce((total, { macs }) => total + macs, 0),
  };
}

function sumByKind(all: readonly CountsByKind[]): CountsByKind {
  return {
    separable: sum(all.map((counts) => counts.separable)),
    ordinary: sum(all.map((counts) => counts.ordinary)),
    "pointwise-first": sum(all.map((counts) => counts["pointwise-first"])),
  };
}

function sameCounts(a: CountsByKind, b: CountsByKind): boolean {
  return NETWORK_KINDS.every(
    (kind) => a[kind].params === b[kind].params && a[kind].macs === b[kind].macs,
  );
}

/**
 * Lays out the blocks of the network diagram. Pure functions that return CSS pixels. A block's width is its share of the
 * multiplications, but never too small for its own text.
 */
import type { Shape } from "../core/shape.ts";
import type { BlockSummary, PictureFlow } from "./blocks.ts";

export interface BlockBox {
  readonly x: number;
  readonly width: number;
}

export interface FlowBracket {
  readonly flow: PictureFlow;
  readonly left: number;
  readonly right: number;
}

export interface DiagramLayout {
  /** Width of the whole picture; larger than the available width when the text needs it. */
  readonly width: number;
  /** One box for each block, in order. */
  readonly boxes: readonly BlockBox[];
  readonly brackets: readonly FlowBracket[];
}

const GAP = 10;
/** The offset of each sheet behind the folded middle flow. */
export const SHEET_OFFSET = 4;
/** The margin at the picture's left and right edge, for a focus ring. */
const MARGIN = 3;
/** Mean width of a character at 11 px and at 12 px bold, with some reserve. */
const SMALL_CHARACTER = 6.2;
const TITLE_CHARACTER = 7.2;
const PADDING = 7;

/** The width of a picture that scrolls on a phone: wide enough to compare blocks. */
export const SCROLLED_WIDTH = 600;

/** @param available width of the container in CSS pixels */
export function layoutBlocks(blocks: readonly BlockSummary[], available: number): DiagramLayout {
  const least = blocks.map(leastWidth);
  const spare = blocks.map(sheetRoom);
  const between = Math.max(0, blocks.length - 1) * GAP + sum(spare) + 2 * MARGIN;
  const leastTotal = sum(least) + between;
  const width = available >= leastTotal ? available : Math.max(leastTotal, SCROLLED_WIDTH);
  const widths = shareOut(
    blocks.map((block) => block.share),
    least,
    width - between,
  );

  const boxes: BlockBox[] = [];
  let x = MARGIN;
  for (const [index, boxWidth] of widths.entries()) {
    boxes.push({ x, width: boxWidth });
    x += boxWidth + (spare[index] ?? 0) + GAP;
  }
  return { width, boxes, brackets: bracketsOf(blocks, boxes) };
}

/** Writes `2²×184` for a map of 2 by 2 with 184 channels, `4×3×8` when it is not square, `10` for a vector. */
export function writeShape(shape: Shape): string {
  const [height, width, channels] = shape;
  if (shape.length === 3 && height === width) return `${height}²×${channels}`;
  return shape.join("×");
}

/** The number of sheets drawn behind a block: one for each further repeat, two at most. */
export function numSheets(block: BlockSummary): number {
  return Math.min(2, block.repeats - 1);
}

function sheetRoom(block: BlockSummary): number {
  return numSheets(block) * SHEET_OFFSET;
}

function leastWidth(block: BlockSummary): number {
  const words = Math.max(
    block.title.length * TITLE_CHARACTER,
    writeShape(block.shape).length * SMALL_CHARACTER,
  );
  return Math.ceil(Math.max(40, words + 2 * PADDING));
}

/** Distributes `total` in proportion to `shares`, with a minimum width for each. */
function shareOut(
  shares: readonly number[],
  least: readonly number[],
  total: number,
): readonly number[] {
  const fixed = new Set<number>();
  for (;;) {
    const free = total - sum(least.filter((_, index) => fixed.has(index)));
    const freeShares = sum(shares.filter((_, index) => !fixed.has(index)));
    const widths = shares.map((share, index) =>
      fixed.has(index) || freeShares === 0 ? (least[index] ?? 0) : (share / freeShares) * free,
    );
    const tooNarrow = widths.findIndex(
      (width, index) => !fixed.has(index) && width < (least[index] ?? 0),
    );
    if (tooNarrow === -1) return widths;
    fixed.add(tooNarrow);
  }
}

function bracketsOf(
  blocks: readonly BlockSummary[],
  boxes: readonly BlockBox[],
): readonly FlowBracket[] {
  const brackets = new Map<PictureFlow, FlowBracket>();
  for (const [index, block] of blocks.entries()) {
    const box = boxes[index];
    if (box === undefined) continue;
    const left = brackets.get(block.flow)?.left ?? box.x;
    brackets.set(block.flow, {
      flow: block.flow,
      left,
      right: box.x + box.width + sheetRoom(block),
    });
  }
  return [...brackets.values()];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

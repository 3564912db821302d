import { expect, test } from "vitest";
import { analyze } from "../network/analyze.ts";
import { buildXception } from "../network/networks/xception.ts";
import { oneMinute } from "../settings/recipes/oneMinute.ts";
import { paperSettings } from "../settings/recipes/paper.ts";
import { summarizeBlocks } from "./blocks.ts";
import { layoutBlocks, SCROLLED_WIDTH, writeShape } from "./layout.ts";

const blocksOf = (settings: typeof paperSettings) =>
  summarizeBlocks(analyze(buildXception(settings)));
const NETWORKS = [
  ["the paper", blocksOf(paperSettings)],
  ["one minute", blocksOf(oneMinute.settings)],
  ["sixteen repeats", blocksOf({ ...paperSettings, middleRepeats: 16 })],
] as const;

test.each(NETWORKS)("%s fills the width it gets, without overlap", (_, blocks) => {
  const { width, boxes } = layoutBlocks(blocks, 624);
  expect(width).toBe(624);
  for (const [index, box] of boxes.entries()) {
    const next = boxes[index + 1];
    expect(box.x + box.width).toBeLessThan(next?.x ?? width);
  }
  expect((boxes.at(-1)?.x ?? 0) + (boxes.at(-1)?.width ?? 0)).toBeGreaterThan(width - 10);
});

test.each(NETWORKS)("%s keeps its size on a phone, to be scrolled", (_, blocks) => {
  const { width } = layoutBlocks(blocks, 312);
  expect(width).toBeGreaterThanOrEqual(SCROLLED_WIDTH);
});

test("the block with more multiplications is at least as wide", () => {
  const blocks = blocksOf(paperSettings);
  const { boxes } = layoutBlocks(blocks, 900);
  const middle = blocks.findIndex((block) => block.id === "middle");
  const widest = boxes.reduce((most, box) => Math.max(most, box.width), 0);
  expect(boxes[middle]?.width).toBe(widest);
});

test("brackets span the blocks of their flow", () => {
  const blocks = blocksOf(paperSettings);
  const { brackets, boxes } = layoutBlocks(blocks, 900);
  expect(brackets.map((bracket) => bracket.flow)).toEqual([
    "Entry flow",
    "Middle flow",
    "Exit flow",
    "Head",
  ]);
  expect(brackets[0]?.left).toBe(boxes[0]?.x);
  expect(brackets[0]?.right).toBe((boxes[3]?.x ?? 0) + (boxes[3]?.width ?? 0));
});

test("shapes are written short", () => {
  expect(writeShape([2, 2, 184])).toBe("2²×184");
  expect(writeShape([4, 3, 8])).toBe("4×3×8");
  expect(writeShape([10])).toBe("10");
});

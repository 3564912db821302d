import { expect, test } from "vitest";
import type { LaunchTime } from "./launchTime.ts";
import { groupLaunches, type Limits, leastTime } from "./roofline.ts";

const limits: Limits = { gflops: 100, gigabytesPerSecond: 10 };
const launch: LaunchTime = {
  label: "block1_conv1 conv2d",
  phase: "forward",
  kind: "convolution",
  flops: 1e9,
  bytes: 1e6,
  milliseconds: 20,
};

test("each launch is held against whichever of arithmetic and bytes takes longer", () => {
  const boundByBytes = { ...launch, bytes: 2e8, milliseconds: 40 };
  const [group, ...others] = groupLaunches([launch, boundByBytes], limits);
  expect(others).toEqual([]);
  // 10 ms for the arithmetic of one launch and 20 ms for the bytes of the other, out of 60 ms.
  expect(group).toMatchObject({ launches: 2, milliseconds: 60, gflop: 2 });
  expect(group?.rooflineShare).toBeCloseTo(0.5, 12);
  expect(group?.multiplyAddShare).toBeCloseTo(20 / 60, 12);
  expect(group?.copyShare).toBeCloseTo(20.1 / 60, 12);
});

test("groups are told apart by phase and kind, the longest first", () => {
  const groups = groupLaunches(
    [launch, { ...launch, phase: "backward", milliseconds: 30 }, { ...launch, kind: "depthwise" }],
    limits,
  );
  expect(groups.map(({ phase, kind }) => [phase, kind])).toEqual([
    ["backward", "convolution"],
    ["forward", "convolution"],
    ["forward", "depthwise"],
  ]);
});

test("the least time of a step is its arithmetic, its bytes, or the longer of both in each launch", () => {
  const boundByBytes = { ...launch, bytes: 2e8 };
  const { arithmeticMs, bytesMs, rooflineMs } = leastTime([launch, boundByBytes], limits);
  expect(arithmeticMs).toBeCloseTo(20, 12);
  expect(bytesMs).toBeCloseTo(20.1, 12);
  expect(rooflineMs).toBeCloseTo(30, 12);
});

import { expect, test } from "vitest";
import type { ProbeResult } from "../probe/probe.ts";
import type { LaunchTime } from "./launchTime.ts";
import { groupLaunches } from "./roofline.ts";

/** 100 GFLOP/s and 10 GB/s. */
const limits: ProbeResult = {
  threads: 2,
  multiplyAddGflops: { best: 110, median: 100 },
  copyGBs: { best: 11, median: 10 },
};
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
  // 10 ms for the arithmetic of the one, 20 ms for the bytes of the other, of 60 ms.
  expect(group).toMatchObject({ launches: 2, milliseconds: 60, gflop: 2 });
  expect(group?.rooflineShare).toBeCloseTo(0.5, 12);
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

import { expect, test } from "vitest";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLarge,
  formatPercent,
  formatRemaining,
} from "./units.ts";

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [22_855_952, "22,855,952"],
])("counts: %d is %s", (count, text) => expect(formatCount(count)).toBe(text));

test.each([
  [0, "0"],
  [512, "512"],
  [3_790_000, "3.79 M"],
  [8_357_403_496, "8.36 G"],
  [1000, "1 k"],
  [84.1, "84.1"],
  [999_999, "1000 k"],
])("large numbers: %d is %s", (count, text) => expect(formatLarge(count)).toBe(text));

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1500, "1.5 kB"],
  [77_200_000, "77.2 MB"],
  [2_470_000_000, "2.47 GB"],
])("bytes: %d is %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [0.25, "0.25 ms"],
  [850, "850 ms"],
  [999.7, "1.0 s"],
  [9_940, "9.9 s"],
  [21_400, "21 s"],
  [60_000, "1 min"],
  [200_000, "3 min 20 s"],
  [4_020_000, "1 h 7 min"],
  [10 * 86_400_000, "10 days"],
])("durations: %d ms is %s", (elapsedMs, text) => expect(formatDuration(elapsedMs)).toBe(text));

test("shares are percent, and none is less than nothing by rounding", () => {
  expect(formatPercent(0.6254)).toBe("62.5 %");
  expect(formatPercent(-0.0004)).toBe("0.0 %");
  expect(formatPercent(-0.02)).toBe("-2.0 %");
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  "%d is no number of anything that somebody could read",
  (value) => {
    for (const format of [formatCount, formatLarge, formatBytes, formatDuration, formatPercent])
      expect(format(value)).toBe("unknown");
    expect(formatRemaining(value)).toBeNull();
  },
);

test("nothing left is nothing to say, and no time is negative", () => {
  for (const none of [0, -0, -5, null]) expect(formatRemaining(none)).toBeNull();
  expect(formatRemaining(21_400)).toBe("21 s");
  expect(formatDuration(-3)).toBe("0 ms");
});

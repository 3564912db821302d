import { expect, test } from "vitest";
import { leastOf } from "../core/numbers.ts";
import { smallBase } from "../settings/experiments/smallBase.ts";
import { paperSettings } from "../settings/recipes/paper.ts";
import { matchParameters, parametersOf } from "./matchParameters.ts";

test("of all widths on the grid, the one with the nearest number of parameters is found", () => {
  const wanted = 1_000_000;
  const ordinary = { ...smallBase, convolution: "ordinary", middleRepeats: 0 } as const;
  const grid = Array.from({ length: 57 }, (_, place) => 0.125 + place / 64);
  const distance = (width: number) => Math.abs(parametersOf({ ...ordinary, width }) - wanted);
  const least = leastOf(grid.map(distance));
  expect(distance(matchParameters(ordinary, wanted).width)).toBe(least);
});

test("the ordinary network with as many parameters as Xception is about a third as wide, and within a twentieth", () => {
  const parameters = parametersOf(paperSettings);
  const matched = matchParameters({ ...paperSettings, convolution: "ordinary" }, parameters);
  expect(matched.width).toBeGreaterThan(0.25);
  expect(matched.width).toBeLessThan(0.45);
  expect(Math.abs(parametersOf(matched) / parameters - 1)).toBeLessThan(0.05);
});

test("a network narrower than any stays at the least width", () => {
  expect(matchParameters({ ...smallBase, convolution: "ordinary" }, 1000).width).toBe(0.125);
});

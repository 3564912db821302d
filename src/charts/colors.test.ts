import { expect, test } from "vitest";
import { contrast, mix, textSwitch } from "./colors.ts";

test("mixing goes from the colour below to the one above", () => {
  expect(mix("#ffffff", "#0072b2", 0)).toBe("#ffffff");
  expect(mix("#ffffff", "#0072b2", 1)).toBe("#0072b2");
  expect(mix("#000", "#fff", 0.5)).toBe("#808080");
});

test("a colour in another notation is taken as it is", () => {
  expect(mix("#ffffff", "rebeccapurple", 0.5)).toBe("rebeccapurple");
});

test("contrast is that of WCAG: 21 for black on white, 1 for a colour on itself", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#0072b2", "#0072b2")).toBe(1);
  expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
});

test("text turns white on a field that turns dark, at the shade where it reads better", () => {
  const share = textSwitch(["#ffffff", "#0072b2"], "#14181f", "#ffffff");
  expect(share).toBeGreaterThan(0.5);
  expect(share).toBeLessThan(1);
});

test("text that reads better on every shade never turns", () => {
  expect(textSwitch(["#ffffff", "#ffcc00"], "#14181f", "#ffffff")).toBeGreaterThan(1);
});

import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { KERNEL_NAMES } from "./kernelModule.ts";

test("the module runs the kernels by the numbers that records name them with", async () => {
  const source = await readFile(new URL("./kernels/dispatch.ts", import.meta.url), "utf8");
  const cases = [...source.matchAll(/case (\d+):\s*(?:return )?(\w+)\(/g)].map(
    ([, number, name]) => [Number(number), name],
  );
  expect(cases).toEqual(KERNEL_NAMES.map((name, index) => [index, name]));
});

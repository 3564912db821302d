import { expect, test } from "vitest";
import { once } from "./once.ts";

test("callers share one load, and its value can be read once it is there", async () => {
  let numLoads = 0;
  const load = once(async () => {
    numLoads += 1;
    return { numLoads };
  });
  expect(load.there()).toBeUndefined();
  const [first, second] = await Promise.all([load(), load()]);
  expect(first).toBe(second);
  expect(load.there()).toBe(first);
  expect(await load()).toEqual({ numLoads: 1 });
});

test("a failed load is not kept", async () => {
  let isReachable = false;
  const load = once(async () => {
    if (!isReachable) throw new Error("unreachable");
    return "loaded";
  });
  await expect(load()).rejects.toThrow("unreachable");
  expect(load.there()).toBeUndefined();
  isReachable = true;
  expect(await load()).toBe("loaded");
});

import { describe, expect, test } from "vitest";
import { chooseThreads, type ThreadFacts } from "./chooseThreads.ts";

const choose = (facts: Partial<ThreadFacts>) =>
  chooseThreads({ wanted: 0, cores: 2, isIsolated: true, isSecure: true, ...facts });

describe("the number of threads", () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 3],
    [8, 7],
    [64, 8],
  ])("on %i cores is %i by itself", (cores, threads) => {
    expect(choose({ cores }).threads).toBe(threads);
  });

  test("is what was chosen by hand, more than there are cores too", () => {
    expect(choose({ wanted: 5 })).toEqual({ threads: 5, reason: "5 threads, as set." });
    expect(choose({ wanted: 1 })).toEqual({ threads: 1, reason: "One thread, as set." });
  });

  test("is one where the page is not isolated, with the remedy that fits", () => {
    const served = choose({ isIsolated: false });
    expect(served.threads).toBe(1);
    expect(served.reason).toMatch(/^One thread: .*not cross-origin isolated; .*COOP and COEP/);
    const plain = choose({ isIsolated: false, isSecure: false, wanted: 4 });
    expect(plain.threads).toBe(1);
    expect(plain.reason).toContain("https or at localhost");
  });

  test("does not blame the page for a processor with one core", () => {
    const { reason } = choose({ cores: 1, isIsolated: false });
    expect(reason).toBe("One thread on a processor with one core.");
  });
});

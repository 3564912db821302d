import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { holdRules } from "./rules.ts";

/** A fake page whose scripts run in this process. */
const page = { evaluate: async <T>(ask: () => T | Promise<T>) => ask() };

let steps: { readonly worker: number; readonly runId: string }[];
let title: string;
let alerts: readonly string[];

beforeEach(() => {
  steps = [];
  title = "Xception Playground";
  alerts = [];
  vi.stubGlobal("window", { watched: { steps, turns: 0 } });
  vi.stubGlobal("document", {
    querySelector: () => ({ textContent: title }),
    querySelectorAll: () => alerts.map((textContent) => ({ textContent })),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** Checks the rules while these workers take steps. */
async function whileStepping(workers: readonly number[]) {
  const held = holdRules(page, []);
  for (const worker of workers) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    steps.push({ worker, runId: `run of ${worker}` });
  }
  return held;
}

describe("the rules of the monkey", () => {
  test("hold for a page with one training, or with one that takes over from another", async () => {
    await expect(whileStepping([1, 1, 1, 1])).resolves.toBeUndefined();
    await expect(whileStepping([1, 1, 2, 2])).resolves.toBeUndefined();
  });

  test("are broken by two trainings at once", async () => {
    await expect(whileStepping([1, 2, 1, 2, 1, 2])).rejects.toThrow("Never two trainings at once");
  });

  test("are broken by a white page, a fault that was thrown, and one that is shown", async () => {
    await expect(holdRules(page, ["uncaught TypeError"])).rejects.toThrow("No exception");
    alerts = ["The run's buttons failed. Copy details"];
    await expect(holdRules(page, [])).rejects.toThrow("No exception");
    alerts = [];
    title = "";
    await expect(holdRules(page, [])).rejects.toThrow("No white page");
  });
});

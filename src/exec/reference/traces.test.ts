import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { verifyTrace } from "../../cli/verifyTrace.ts";
import { createReferenceExecutor } from "./referenceExecutor.ts";

const trace = (name: string) =>
  fileURLToPath(new URL(`../../../goldens/traces/${name}.json`, import.meta.url));

describe("the reference against real Keras", () => {
  test.each([
    "general",
    "prelu",
    "branches",
    "axes",
    "frozen",
    "transfer",
    "sgd-momentum",
    "adadelta",
  ])("replays %s: gradients, losses, weights and inference", async (name) => {
    const verdict = await verifyTrace(trace(name), async (options) =>
      createReferenceExecutor(options),
    );
    expect(verdict.summary).not.toContain("fail");
    expect(verdict.status).toBe("passed");
  });
});

import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openWebgpu } from "../../cli/engines.ts";
import { verifyTrace } from "../../cli/verifyTrace.ts";

/** The other traces take minutes on a software adapter: `npm run verify -- goldens/traces/*.json --engine webgpu`. */
const GENERAL = fileURLToPath(new URL("../../../goldens/traces/general.json", import.meta.url));

test("WebGPU compiled replays real Keras: gradients, losses, weights and inference", async () => {
  const verdict = await verifyTrace(GENERAL, openWebgpu);
  expect(verdict.summary).not.toContain("fail");
  expect(verdict.status).toBe("passed");
});

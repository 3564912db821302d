import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readKernels } from "../../cli/readKernels.ts";
import { verifyTrace } from "../../cli/verifyTrace.ts";
import { createWasmExecutor } from "./wasmExecutor.ts";

const folder = fileURLToPath(new URL("../../../goldens/traces", import.meta.url));
const traces = readdirSync(folder).filter((name) => name.endsWith(".json"));

describe("CPU compiled against real Keras", async () => {
  const module = await readKernels();
  test.each(traces)("replays %s: gradients, losses, weights and inference", async (name) => {
    const verdict = await verifyTrace(`${folder}/${name}`, async (options) =>
      createWasmExecutor(options, module),
    );
    expect(verdict.summary).not.toContain("fail");
    expect(verdict.status).toBe("passed");
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { serializeError } from "../../src/core/errors.ts";
import { readRunFile, writeRunFile } from "../../src/runs/files/runFile.ts";
import { madeRecord } from "../../src/runs/testRecords.ts";
import { damaged, damages } from "./damagedFiles.ts";

test("a damaged file of runs is read or refused by name, without another exception", async () => {
  const file = await writeRunFile([madeRecord({ id: "a" }), madeRecord({ id: "b" })]);
  const whole = new Uint8Array(await file.arrayBuffer());
  let numRefused = 0;
  await fc.assert(
    fc.asyncProperty(damages, async (list) => {
      try {
        await readRunFile(new Blob([new Uint8Array(damaged(whole, list))]), "x.zip");
      } catch (error) {
        expect(serializeError(error).code, String(error)).not.toBe("internal");
        numRefused += 1;
      }
    }),
    { seed: 1, numRuns: 300 },
  );
  expect(numRefused).toBeGreaterThan(100);
});

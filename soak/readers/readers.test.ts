import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { serializeError } from "../../src/core/errors.ts";
import { changed, changes } from "./changes.ts";
import { READER_CASES } from "./readerCases.ts";

const NUM_RUNS = 8;

describe("a damaged file is read or refused by name, without another exception", () => {
  test.each(Object.entries(READER_CASES))("%s", async (_name, { whole, read }) => {
    const sets = await whole();
    for (const files of sets) await read(files);
    await fc.assert(
      fc.asyncProperty(fc.nat(), changes, async (which, list) => {
        try {
          await read(changed(sets[which % sets.length] ?? [], list));
        } catch (error) {
          expect(serializeError(error).code, String(error)).not.toBe("internal");
        }
      }),
      { seed: 1, numRuns: NUM_RUNS },
    );
  });
});

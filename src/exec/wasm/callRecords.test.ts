import { describe, expect, test } from "vitest";
import { encodeCalls } from "./callRecords.ts";
import type { Call, CallOf } from "./kernelCalls.ts";
import { KERNEL_NAMES, placedArguments, RECORD_SLOTS, roomForList } from "./recordLayout.ts";

const rows = { count: 6, channels: 5, perChunk: 4 };
const operand = { kind: "normalizedRelu", source: 64, second: 0, coefficients: 128 } as const;

describe("records of calls", () => {
  test("holds every argument in the slot from which its kernel reads it", () => {
    const call: Call = {
      kernel: "storeRows",
      chunks: 2,
      goesOn: true,
      arguments: { operand, rows, result: 256 },
    };
    const record = [...new Int32Array(encodeCalls([call]).buffer)];
    const header = [KERNEL_NAMES.indexOf("storeRows"), 2, 0, 0, 1];
    expect(record.slice(0, 13)).toEqual([...header, 256, 3, 64, 0, 128, 6, 5, 4]);
    expect(record).toHaveLength(RECORD_SLOTS);
  });

  test("holds floats as floats, booleans as 0 or 1 and whole numbers of 32 bits", () => {
    const numbers = { count: 8, perChunk: 8 };
    const given = { from: 64, to: 64, numbers, step: 128, seed: 7 };
    const call: Call = {
      kernel: "dropout",
      chunks: 1,
      arguments: { ...given, limit: 2 ** 32 - 1, factor: 1.25 },
    };
    const { buffer } = encodeCalls([call]);
    expect([...new Uint32Array(buffer).slice(5, 12)]).toEqual([64, 64, 128, 8, 8, 7, 2 ** 32 - 1]);
    expect(new Float32Array(buffer)[12]).toBe(1.25);
  });

  test("takes a list as long as a record has room for, and refuses a longer one", () => {
    const none = { kind: "plain", source: 0, second: 0, coefficients: 0 } as const;
    const sum = (numTerms: number): Call => ({
      kernel: "addTerms",
      chunks: 1,
      arguments: {
        rows,
        result: 256,
        numTerms,
        epilogue: { activated: none, activation: "none", sums: { x: 0, mean: 0, parts: 0 } },
        terms: Array.from({ length: numTerms }, () => operand),
      },
    });
    const most = roomForList("addTerms");
    expect(encodeCalls([sum(most)])).toHaveLength(4 * RECORD_SLOTS);
    expect(() => encodeCalls([sum(most + 1)])).toThrow(RangeError);
  });

  test("gives every kernel's arguments room in one record", () => {
    for (const kernel of KERNEL_NAMES)
      expect(placedArguments(kernel).at(-1)?.slot).toBeLessThan(RECORD_SLOTS);
  });

  test("asks the compiler for every argument by its name", () => {
    // @ts-expect-error: `result` is missing.
    const incomplete: CallOf<"storeRows">["arguments"] = { operand, rows };
    // @ts-expect-error: the argument is called `result`.
    const misspelt: CallOf<"storeRows">["arguments"] = { operand, rows, results: 256 };
    expect([incomplete, misspelt]).toHaveLength(2);
  });
});

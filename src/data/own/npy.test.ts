import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OwnFile } from "../../core/ownFile.ts";
import { type MadeArray, npyFile, npyText } from "./madeFiles.ts";
import { NPY_TYPES, type NpyType, readNpyHeader } from "./npyHeader.ts";
import { readNpyValues } from "./npyValues.ts";

const LIMITS: Readonly<Record<NpyType, readonly [min: number, max: number]>> = {
  b1: [0, 1],
  u1: [0, 255],
  u2: [0, 65_535],
  u4: [0, 2 ** 32 - 1],
  u8: [0, Number.MAX_SAFE_INTEGER],
  i1: [-128, 127],
  i2: [-32_768, 32_767],
  i4: [-(2 ** 31), 2 ** 31 - 1],
  i8: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  f2: [0, 2048],
  f4: [-(2 ** 24), 2 ** 24],
  f8: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

const arrays = fc
  .record({
    type: fc.constantFrom(...NPY_TYPES),
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    bigEndian: fc.boolean(),
    fortranOrder: fc.boolean(),
    version: fc.constantFrom(1 as const, 2 as const, 3 as const),
  })
  .chain((array) => {
    const [min, max] = LIMITS[array.type];
    const length = array.shape.reduce((product, side) => product * side, 1);
    return fc
      .array(fc.integer({ min, max }), { minLength: length, maxLength: length })
      .map((values): MadeArray => ({ ...array, values }));
  });

async function read(file: OwnFile) {
  const header = await readNpyHeader(file);
  return { ...header, values: [...(await readNpyValues(file, header))] };
}

describe("a NumPy file", () => {
  test("of any type, order and version gives its shape and its numbers in C order", async () => {
    await fc.assert(
      fc.asyncProperty(arrays, async (array) => {
        const { type, shape, values } = await read(npyFile("a.npy", array));
        expect({ type, shape, values }).toEqual({
          type: array.type,
          shape: array.shape,
          values: array.values,
        });
      }),
    );
  });

  test("keeps fractions, and those of halves with their small and large values", async () => {
    const values = [0.1, -3.25, 1e-300];
    expect((await read(npyFile("a.npy", { type: "f8", shape: [3], values }))).values).toEqual(
      values,
    );
    const halves = Uint8Array.from([0x01, 0x00, 0x00, 0x3c, 0xff, 0x7b, 0x00, 0x7c, 0x00, 0xc0]);
    const text = "{'descr': '<f2', 'fortran_order': False, 'shape': (5,), }";
    expect((await read(npyText("h.npy", text, halves))).values).toEqual([
      2 ** -24,
      1,
      65_504,
      Number.POSITIVE_INFINITY,
      -2,
    ]);
  });

  test("as numpy 2 writes it is read: padding, line end, long integers of Python 2", async () => {
    const text = "{'descr': '<i2', 'fortran_order': False, 'shape': (2L, 1L), }          ";
    const { shape, values } = await read(npyText("a.npy", text, Uint8Array.from([1, 0, 255, 255])));
    expect([shape, values]).toEqual([
      [2, 1],
      [1, -1],
    ]);
  });

  test("that is something else is refused by name, with what it starts with", async () => {
    const file = { path: "data/X_train.npy", file: new Blob(["PK\x03\x04 and more than twelve"]) };
    await expect(readNpyHeader(file)).rejects.toMatchObject({
      code: "file.invalid",
      context: { file: "data/X_train.npy" },
      message: expect.stringContaining("no NumPy array"),
    });
    await expect(readNpyHeader({ path: "e.npy", file: new Blob([]) })).rejects.toThrow(
      "an empty file",
    );
  });

  test("with words, records or broken headers is refused", async () => {
    const header = (descr: string) =>
      `{'descr': ${descr}, 'fortran_order': False, 'shape': (1,), }`;
    const refused = (text: string) => readNpyHeader(npyText("a.npy", text));
    await expect(refused(header("'<U8'"))).rejects.toThrow("does not hold plain numbers");
    await expect(refused(header("'|O'"))).rejects.toThrow("'|O'");
    await expect(refused(header("[('x', '<f4')]"))).rejects.toThrow("records of several fields");
    await expect(refused("{'shape': (1,)}")).rejects.toThrow("header cannot be read");
    await expect(readNpyHeader(npyText("a.npy", header("'<f4'"), undefined, 9))).rejects.toThrow(
      "expected 1, 2 or 3, got 9",
    );
  });

  test("that is cut short or too long says by how much", async () => {
    const whole = npyFile("X.npy", { type: "u1", shape: [2, 3], values: [1, 2, 3, 4, 5, 6] });
    const cut = { path: "X.npy", file: whole.file.slice(0, whole.file.size - 2) };
    await expect(readNpyHeader(cut)).rejects.toThrow(
      /cut short; expected 134 bytes.*got 132 bytes/,
    );
    const long = { path: "X.npy", file: new Blob([whole.file, "more"]) };
    await expect(readNpyHeader(long)).rejects.toThrow("longer than its array");
  });
});

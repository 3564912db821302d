import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lengthOf } from "../../core/numbers.ts";
import { factorize, formatKernel, type Kernel, parseKernel } from "./factorize.ts";
import { KERNEL_PRESETS } from "./kernelPresets.ts";

function preset(id: string, side: 3 | 5): Kernel {
  const found = KERNEL_PRESETS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no preset ${id}`);
  return found.make(side, 1);
}

describe("a kernel as column times row", () => {
  it("finds Sobel's own factors", () => {
    const { column, row, separates, multiplications } = factorize(preset("sobel", 3));
    expect(column).toEqual([1, 2, 1]);
    expect(row).toEqual([-1, 0, 1]);
    expect(separates).toBe(true);
    expect(multiplications).toEqual({ whole: 9, separated: 6 });
  });

  it.each(["sobel", "box", "gaussian"] as const)(
    "separates %s of both sizes without error",
    (id) => {
      for (const side of [3, 5] as const) {
        const kernel = preset(id, side);
        const { nearest, separates, largestError, relativeError, singularValues } =
          factorize(kernel);
        expect(separates).toBe(true);
        expect(largestError).toBe(0);
        expect(relativeError).toBe(0);
        expect(singularValues.slice(1)).toEqual(new Array<number>(side - 1).fill(0));
        expect(nearest.flat().map((value) => Number(value.toFixed(9)) + 0)).toEqual(kernel.flat());
      }
    },
  );

  it("does not separate the Laplacian, and says by how much", () => {
    // Its singular values are 2 + √6, √6 - 2 and 0: it is symmetric, so they are the absolute eigenvalues.
    const { separates, singularValues, relativeError } = factorize(preset("laplacian", 3));
    expect(separates).toBe(false);
    expect(singularValues[0]).toBeCloseTo(2 + Math.sqrt(6), 10);
    expect(singularValues[1]).toBeCloseTo(Math.sqrt(6) - 2, 10);
    expect(singularValues[2]).toBe(0);
    expect(relativeError).toBeCloseTo((Math.sqrt(6) - 2) / Math.sqrt(20), 10);
  });

  it("takes a kernel of zeros", () => {
    const zeros = [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ];
    expect(factorize(zeros)).toMatchObject({
      separates: true,
      relativeError: 0,
      column: [0, 0, 0],
    });
  });

  it("leaves over exactly what the other singular values hold", () => {
    const entry = fc.integer({ min: -50, max: 50 });
    const kernels = fc.constantFrom(3, 5).chain((side) =>
      fc.array(fc.array(entry, { minLength: side, maxLength: side }), {
        minLength: side,
        maxLength: side,
      }),
    );
    fc.assert(
      fc.property(kernels, (kernel) => {
        const { singularValues, relativeError, nearest } = factorize(kernel);
        const all = lengthOf(singularValues);
        expect(all).toBeCloseTo(lengthOf(kernel.flat()), 6);
        const rest = all === 0 ? 0 : lengthOf(singularValues.slice(1)) / all;
        expect(relativeError).toBeCloseTo(rest, 6);
        expect(factorize(nearest).separates).toBe(true);
      }),
    );
  });

  it("separates every product of a column and a row", () => {
    const line = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(line, line, (column, row) => {
        const kernel = column.map((down) => row.map((across) => down * across));
        expect(factorize(kernel).separates).toBe(true);
      }),
    );
  });
});

describe("a kernel in a link", () => {
  it("comes back as it was", () => {
    for (const { make } of KERNEL_PRESETS) {
      for (const side of [3, 5] as const) {
        expect(parseKernel(formatKernel(make(side, 7)))).toEqual(make(side, 7));
      }
    }
  });

  it.each(["1,2,3", "1,2,3,4", "a,0,0,0,0,0,0,0,0", "", "1e9,0,0,0,0,0,0,0,0"])(
    'refuses "%s"',
    (text) => {
      expect(() => parseKernel(text)).toThrow(/Kernel: /);
    },
  );
});

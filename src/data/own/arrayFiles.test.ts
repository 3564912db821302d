import { describe, expect, test } from "vitest";
import { openArrayFiles } from "./arrayFiles.ts";
import { type MadeArray, npyFile } from "./madeFiles.ts";
import type { OwnPart } from "./ownData.ts";

type Arrays = Readonly<Record<"X_train" | "y_train" | "X_test" | "y_test", MadeArray>>;

const OPTIONS = { seed: 1, inputSize: 28 };
const bytes = (numImages: number): MadeArray => ({
  type: "u1",
  shape: [numImages, 2, 2],
  values: Array.from({ length: numImages * 4 }, (_, at) => (at * 37) % 256),
});
const GOOD: Arrays = {
  X_train: bytes(4),
  y_train: { type: "i8", shape: [4], values: [0, 1, 2, 0] },
  X_test: bytes(2),
  y_test: { type: "u1", shape: [2, 1], values: [2, 1] },
};

function open(changes: Partial<Arrays> = {}) {
  const arrays = { ...GOOD, ...changes };
  const files = Object.entries(arrays).map(([name, array]) => npyFile(`fer/${name}.npy`, array));
  return openArrayFiles(files, OPTIONS);
}

async function pixelsOf(part: OwnPart): Promise<number[]> {
  const { pixels } = await part.read([...part.labels.keys()]);
  return [...pixels];
}

describe("four arrays", () => {
  test("are described by shapes, types and ranges, and give images by index", async () => {
    const data = await open();
    expect(data).toMatchObject({
      classes: ["class 0", "class 1", "class 2"],
      height: 2,
      width: 2,
      channels: 1,
    });
    expect(data.files).toContainEqual({
      name: "X_train.npy",
      words: "4 × 2 × 2, uint8, values 0 to 225",
    });
    expect(data.files).toContainEqual({ name: "y_test.npy", words: "2 × 1, uint8, labels 0 to 2" });
    const some = await data.train.read([3, 0]);
    expect([...some.labels]).toEqual([0, 0]);
    expect([...some.pixels]).toEqual([
      ...GOOD.X_train.values.slice(12),
      ...GOOD.X_train.values.slice(0, 4),
    ]);
    expect(data.validation).toBe(data.test);
  });

  test("of floats that are bytes by 255 are those bytes again", async () => {
    const shares = (array: MadeArray, type: "f4" | "f8"): MadeArray => ({
      ...array,
      type,
      values: array.values.map((value) => value / 255),
    });
    const data = await open({
      X_train: shares(GOOD.X_train, "f4"),
      X_test: shares(GOOD.X_test, "f8"),
    });
    const { pixels } = await data.train.read([0, 1, 2, 3]);
    expect(pixels).toBeInstanceOf(Uint8Array);
    expect([...pixels]).toEqual(GOOD.X_train.values);
    expect(data.notes[0]).toContain("0 to 1");
  });

  test("of other floats keep every value, brought to the scale of pixels", async () => {
    const fractions = {
      type: "f8",
      shape: [4, 2, 2, 1],
      values: [...GOOD.X_train.values].map((value) => value / 3),
    } as const;
    const test4 = { ...fractions, shape: [2, 2, 2, 1], values: fractions.values.slice(0, 8) };
    const within = await open({ X_train: fractions, X_test: test4 });
    expect(await pixelsOf(within.train)).toEqual(fractions.values.map(Math.fround));

    const standardised = { ...fractions, values: fractions.values.map((value) => value / 42 - 1) };
    const others = { ...test4, values: test4.values.map((value) => value / 42 - 1) };
    const laid = await open({ X_train: standardised, X_test: others });
    const pixels = await pixelsOf(laid.train);
    expect(Math.min(...pixels)).toBeCloseTo(0, 4);
    expect(Math.max(...pixels)).toBeCloseTo(255, 4);
    expect(await pixelsOf(laid.test)).toEqual(pixels.slice(0, 8));
    expect(laid.notes[0]).toContain("are laid onto 0 to 255");
  });

  test("in Fortran's order and one-hot labels say the same as in C order", async () => {
    const plain = await open();
    const turned = await open({
      X_train: { ...GOOD.X_train, fortranOrder: true },
      y_train: {
        type: "f4",
        shape: [4, 3],
        values: [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0],
        fortranOrder: true,
      },
    });
    expect(await pixelsOf(turned.train)).toEqual(await pixelsOf(plain.train));
    expect(turned.train.labels).toEqual(plain.train.labels);
  });

  test("in colour have three channels", async () => {
    const colour = (numImages: number): MadeArray => ({
      type: "u1",
      shape: [numImages, 2, 1, 3],
      values: Array.from({ length: numImages * 6 }, (_, at) => at + 3),
    });
    const data = await open({ X_train: colour(4), X_test: colour(2) });
    expect(data).toMatchObject({ height: 2, width: 1, channels: 3 });
  });
});

describe("refused, with file and place", () => {
  const cases: readonly (readonly [string, Partial<Arrays>, RegExp])[] = [
    [
      "fewer labels than images",
      { y_train: { type: "u1", shape: [3], values: [0, 1, 2] } },
      /^fer\/y_train\.npy: images and labels are not as many; expected 4 .* got 3/,
    ],
    [
      "a value that is no number",
      {
        X_train: {
          ...GOOD.X_train,
          type: "f4",
          values: GOOD.X_train.values.map((value, at) => (at === 9 ? Number.NaN : value)),
        },
      },
      /^fer\/X_train\.npy: image 2 \(from 0\) .*got NaN/,
    ],
    [
      "a label below zero",
      { y_train: { type: "i4", shape: [4], values: [0, 1, -1, 2] } },
      /^fer\/y_train\.npy: label 2 .*got -1/,
    ],
    [
      "a label between two classes",
      { y_train: { type: "f4", shape: [4], values: [0, 1, 0.5, 2] } },
      /label 2 .*got 0\.5/,
    ],
    [
      "more classes than a byte counts",
      { y_train: { type: "i4", shape: [4], values: [0, 1, 256, 2] } },
      /from 0 to 255, got 256/,
    ],
    [
      "a row that is not one-hot",
      { y_train: { type: "f4", shape: [4, 2], values: [1, 0, 0, 1, 1, 1, 1, 0] } },
      /label 2 .*single 1, got 1 1/,
    ],
    [
      "a class without an image",
      { y_train: { type: "u1", shape: [4], values: [1, 2, 3, 1] } },
      /expected all of 0 to 3, got none with label 0/,
    ],
    [
      "one class only",
      {
        y_train: { type: "u1", shape: [4], values: [0, 0, 0, 0] },
        y_test: { type: "u1", shape: [2], values: [0, 0] },
      },
      /nothing to tell apart/,
    ],
    [
      "a test label that training lacks",
      { y_test: { type: "u1", shape: [2], values: [0, 7] } },
      /^fer\/y_test\.npy: label 1 .*0 to 2, got 7/,
    ],
    [
      "images of different sizes",
      { X_test: { type: "u1", shape: [2, 2, 3], values: new Array(12).fill(1) } },
      /expected 2 × 2 × 1, got 2 × 3 × 1/,
    ],
    [
      "four channels",
      { X_train: { type: "u1", shape: [4, 1, 1, 4], values: new Array(16).fill(1) } },
      /does not hold images/,
    ],
    [
      "test images on another scale",
      {
        X_train: {
          ...GOOD.X_train,
          type: "f4",
          values: GOOD.X_train.values.map((value) => value / 300),
        },
      },
      /^fer\/X_test\.npy: .*another scale/,
    ],
  ];
  test.each(cases)("%s", async (_name, changes, message) => {
    const error = await open(changes).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "file.invalid", message: expect.stringMatching(message) });
  });

  test("a file that is missing, twice there or of no known name", async () => {
    const file = (name: string) => npyFile(name, bytes(4));
    const opened = (...names: string[]) => openArrayFiles(names.map(file), OPTIONS);
    await expect(opened("X_train.npy")).rejects.toThrow(/y_train\.npy: the file is missing/);
    await expect(opened("a/X_train.npy", "b/x-train.npy")).rejects.toThrow(
      "a/X_train.npy and b/x-train.npy",
    );
    await expect(opened("faces.npy")).rejects.toThrow("its name does not say");
  });
});

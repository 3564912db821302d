import {
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipWriter,
} from "@zip.js/zip.js/lib/zip-core-native.js";
import { describe, expect, test } from "vitest";
import { greatestOf, leastOf } from "../../core/numbers.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { openArrayFiles } from "./arrayFiles.ts";
import { type MadeArray, npyFile } from "./madeFiles.ts";
import type { OwnPart } from "./ownData.ts";

type Arrays = Readonly<Record<"X_train" | "y_train" | "X_test" | "y_test", MadeArray>>;

const OPTIONS = { seed: 1, inputSize: 28, ownValidationShare: 20, ownTestShare: 0 };
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

function open(changes: Partial<Arrays> = {}, others: readonly OwnFile[] = []) {
  const arrays = { ...GOOD, ...changes };
  const files = Object.entries(arrays).map(([name, array]) => npyFile(`fer/${name}.npy`, array));
  return openArrayFiles([...files, ...others], OPTIONS);
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
    expect(leastOf(pixels)).toBeCloseTo(0, 4);
    expect(greatestOf(pixels)).toBeCloseTo(255, 4);
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

  test("a file that is missing or twice there", async () => {
    const opened = (...names: string[]) =>
      openArrayFiles(
        names.map((name, at) => npyFile(name, bytes(4 + at))),
        OPTIONS,
      );
    await expect(opened("X_train.npy", "faces.npy")).rejects.toThrow(
      /y_train\.npy: the file is missing; .*got X_train\.npy, faces\.npy\./,
    );
    await expect(opened("a/X_train.npy", "b/x-train.npy")).rejects.toThrow(
      "a/X_train.npy and b/x-train.npy",
    );
    await expect(
      open({}, [{ path: "y_test.npy", file: new Blob(["words"]) }]),
    ).resolves.toBeDefined();
  });
});

test("130,000 images of one pixel and as many to test on are more than a call takes arguments", async () => {
  const many = 130_000;
  const images: MadeArray = { type: "u1", shape: [many, 1, 1], values: new Array(many).fill(7) };
  const labels: MadeArray = {
    type: "u1",
    shape: [many],
    values: Array.from({ length: many }, (_, image) => image % 256),
  };
  const data = await open({ X_train: images, y_train: labels, X_test: images, y_test: labels });
  expect([data.classes.length, data.test.labels.length]).toEqual([256, many]);
  expect(data.files.at(-1)?.words).toBe("130,000, uint8, labels 0 to 255");
});

describe("among other files", () => {
  const words: OwnFile = { path: "fer/README.txt", file: new Blob(["Faces in seven moods.\n"]) };

  test("are found, and the others left out with the reason", async () => {
    const names = npyFile("fer/class_names.npy", bytes(1));
    const { notes, leftOut } = await open({}, [
      words,
      names,
      npyFile("copy/X_train.npy", GOOD.X_train),
    ]);
    expect(notes.slice(-3)).toEqual([
      "1 file is left out: fer/README.txt (plain text, not a NumPy array of images or labels).",
      "1 file is left out: fer/class_names.npy (its name does not say which of the four files it is).",
      "1 file is left out: copy/X_train.npy (X_train.npy is that part).",
    ]);
    expect(leftOut).toHaveLength(3);
  });

  test("validation arrays stand in for test arrays alone, and are checked beside them", async () => {
    const spare = [npyFile("X_val.npy", bytes(3)), npyFile("y_val.npy", GOOD.y_test)];
    await expect(open({}, spare)).rejects.toThrow("y_val.npy: images and labels are not as many");
    const alone = Object.entries(GOOD).map(([name, array]) =>
      npyFile(name.replace("test", "val"), array),
    );
    expect((await openArrayFiles(alone, OPTIONS)).test.name).toBe("X_val");
  });

  const NAMES: readonly (readonly [keyof Arrays, readonly string[]])[] = [
    [
      "X_train",
      [
        "x_train.npy",
        "X-train.NPY",
        "Xtrain.npy",
        "train_X.npy",
        "train_images.npy",
        "images-train",
        "trainImages.npy",
        "training_data.npy",
      ],
    ],
    [
      "y_train",
      [
        "Y_train.npy",
        "train-y.npy",
        "train_labels.npy",
        "labels_train.npy",
        "y_training.npy",
        "trainTargets.npy",
      ],
    ],
    ["X_test", ["test_images.npy", "Xtest", "x_testing.npy", "val_images.npy", "X_validation.npy"]],
    ["y_test", ["test_labels.npy", "ytest.npy", "labels test.npy", "y_valid.npy"]],
  ];
  test.each(NAMES.flatMap(([role, names]) => names.map((name) => [name, role] as const)))(
    "%s is %s",
    async (name, role) => {
      const files = Object.entries(GOOD).map(([own, array]) =>
        npyFile(own === role ? name : `${own}.npy`, array),
      );
      await expect(openArrayFiles(files, OPTIONS)).resolves.toMatchObject({ leftOut: [] });
    },
  );

  test.each([
    ["stored", 0, ["x_train", "y_train", "x_test", "y_test"]],
    ["deflated", 6, ["X_train", "Y_train", "X_test", "Y_test"]],
    ["deflated", 9, ["train_images", "train_labels", "test_images", "test_labels"]],
  ])("are read out of an .npz, %s at level %i, with the keys %j", async (_how, level, keys) => {
    const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level });
    for (const [at, array] of Object.values(GOOD).entries()) {
      const { file } = npyFile("one.npy", array);
      const bytes = new Uint8Array(await file.arrayBuffer());
      await writer.add(`${keys[at]}.npy`, new Uint8ArrayReader(bytes));
    }
    const npz = { path: "data.npz", file: new Blob([Uint8Array.from(await writer.close())]) };
    const [packed, plain] = [await openArrayFiles([npz], OPTIONS), await open()];
    expect(packed.leftOut).toEqual([]);
    for (const part of ["train", "test"] as const) {
      expect(await pixelsOf(packed[part])).toEqual(await pixelsOf(plain[part]));
      expect(packed[part].labels).toEqual(plain[part].labels);
    }
  });

  test("with a third part validate on it and test on the other", async () => {
    const third = { X_val: GOOD.X_test, y_val: GOOD.y_test };
    const files = Object.entries({ ...GOOD, ...third }).map(([name, array]) =>
      npyFile(`${name}.npy`, array),
    );
    const data = await openArrayFiles(files, OPTIONS);
    expect(data.validation.name).toBe("X_val.npy");
    expect([data.test.name, data.notes]).toEqual(["X_test.npy", []]);
    const alone = await openArrayFiles(files.slice(0, -1), OPTIONS);
    expect(alone.validation).toBe(alone.test);
    expect(alone.notes.at(-1)).toBe(
      "1 file is left out: X_val.npy (the other file of this part is missing).",
    );
  });

  test("are read out of gzip, of .npz and of a zip, whatever their folders", async () => {
    const packed = await Promise.all(
      Object.entries(GOOD).map(async ([name, array]) => {
        const { file } = npyFile(name, array);
        const gzip = file.stream().pipeThrough(new CompressionStream("gzip"));
        return { path: `${name}.npy.gz`, file: await new Response(gzip).blob() };
      }),
    );
    const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
    for (const [name, array] of Object.entries(GOOD)) {
      const bytes = new Uint8Array(await npyFile(name, array).file.arrayBuffer());
      await writer.add(`data\\${name}.npy`, new Uint8ArrayReader(bytes));
    }
    const file = new Blob([Uint8Array.from(await writer.close())]);
    const expected = await pixelsOf((await open()).train);
    for (const files of [
      packed,
      [{ path: "C:\\fer.npz", file }],
      [{ path: "fer.ZIP", file }, words],
    ])
      expect(await pixelsOf((await openArrayFiles(files, OPTIONS)).train)).toEqual(expected);
  });
});

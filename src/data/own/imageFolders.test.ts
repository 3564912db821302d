import {
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipWriter,
} from "@zip.js/zip.js/lib/zip-core-native.js";
import { describe, expect, test } from "vitest";
import type { DecodeImage } from "./decodeImage.ts";
import { openImageFolders } from "./imageFolders.ts";
import { type OwnFile, wrongFile } from "./ownFile.ts";

/** A picture here is one byte, its colour; a real one takes a browser. */
const decode: DecodeImage = async (blob, path, size) => {
  const [colour] = new Uint8Array(await blob.arrayBuffer());
  if (colour === undefined) {
    const wrong = { rule: "the picture cannot be decoded", expected: "a picture", got: "nothing" };
    throw wrongFile(path, { ...wrong, remedy: "Mend it." });
  }
  return { height: 10 + colour, width: 10, pixels: new Uint8Array(size * size * 3).fill(colour) };
};

const OPTIONS = { seed: 7, inputSize: 2, decode, checkAll: true };
const file = (path: string, ...bytes: number[]): OwnFile => ({
  path,
  file: new Blob([Uint8Array.from(bytes)]),
});
const open = (files: readonly OwnFile[], changes = {}) =>
  openImageFolders(files, { ...OPTIONS, ...changes });

async function zip(path: string, entries: Readonly<Record<string, readonly number[]>>) {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, bytes] of Object.entries(entries)) {
    const options = { directory: name.endsWith("/") };
    await writer.add(
      name,
      options.directory ? undefined : new Uint8ArrayReader(Uint8Array.from(bytes)),
      options,
    );
  }
  return { path, file: new Blob([Uint8Array.from(await writer.close())]) };
}

const TWO_PARTS = [
  file("pets/train/dog/2.jpg", 3),
  file("pets/train/cat/1.jpg", 1),
  file("pets/train/cat/2.png", 2),
  file("pets/validation/dog/9.jpg", 4),
  file("pets/validation/cat/9.jpg", 5),
  file("pets/readme.txt", 0),
  file("pets/.DS_Store", 0),
];

describe("folders of pictures", () => {
  test("named train and validation give classes in the order of their names", async () => {
    const data = await open(TWO_PARTS);
    expect(data).toMatchObject({ classes: ["cat", "dog"], height: 2, width: 2, channels: 3 });
    expect([...data.train.labels]).toEqual([0, 0, 1]);
    const { pixels, labels } = await data.train.read([2, 0]);
    expect([pixels[0], pixels[12], ...labels]).toEqual([3, 1, 1, 0]);
    expect([...data.validation.labels].sort()).toEqual([0, 1]);
    expect(data.files).toContainEqual({
      name: "train/",
      words: "3 pictures in 2 classes, 1 to 2 each",
    });
    expect(data.notes).toEqual([
      "Pictures from 10 × 11 to 10 × 15 pixels.",
      "validation/ validates and tests: there is no third folder.",
      "1 file is no picture and left out.",
    ]);
  });

  test("with a third folder validate on one and test on the other", async () => {
    const data = await open([...TWO_PARTS, file("pets/test/cat/7.jpg", 7)]);
    expect([data.validation.labels.length, data.test.labels.length]).toEqual([2, 1]);
  });

  test("without such names hold a fifth of each class out, drawn by the seed", async () => {
    const files = ["cat", "dog"].flatMap((name, label) =>
      Array.from({ length: 10 }, (_, index) => file(`${name}/${index}.jpg`, 100 * label + index)),
    );
    const heldOut = async (seed: number) => {
      const data = await open(files, { seed });
      expect([data.train.labels.length, data.test.labels.length]).toEqual([16, 4]);
      const { pixels } = await data.test.read([0, 1, 2, 3]);
      return [0, 12, 24, 36].map((at) => pixels[at] ?? 0).sort((a, b) => a - b);
    };
    const [first, again, other] = [await heldOut(1), await heldOut(1), await heldOut(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(first.map((colour) => colour < 100)).toEqual([true, true, false, false]);
  });

  test("in zips are read entry by entry: parts or classes by the zips' own names", async () => {
    const train = await zip("train.zip", { "cat/": [], "cat/1.jpg": [1], "dog/1.jpg": [2] });
    const validation = await zip("val.zip", {
      "val/cat/1.jpg": [3],
      "__MACOSX/val/cat/._1.jpg": [4],
    });
    const parts = await open([train, validation]);
    expect([parts.classes, parts.train.labels.length, parts.test.labels.length]).toEqual([
      ["cat", "dog"],
      2,
      1,
    ]);
    expect((await parts.test.read([0])).pixels[0]).toBe(3);

    const classes = await open([
      await zip("cats.zip", { "1.jpg": [1], "2.jpg": [2] }),
      await zip("dogs.zip", { "1.jpg": [3], "2.jpg": [4] }),
    ]);
    expect(classes.classes).toEqual(["cats", "dogs"]);
  });

  test("are checked as a whole before, and decoded by the batch after", async () => {
    const asked: string[] = [];
    const counting: DecodeImage = (blob, path, size) => {
      asked.push(path);
      return decode(blob, path, size);
    };
    const seen: number[] = [];
    await open(TWO_PARTS, {
      decode: counting,
      onProgress: ({ share }: { share: number }) => seen.push(share),
    });
    expect([asked.length, seen.at(-1)]).toEqual([5, 1]);
    asked.length = 0;
    const data = await open(TWO_PARTS, { decode: counting, checkAll: false });
    expect(asked).toEqual([]);
    await data.train.read([1]);
    expect(asked).toEqual(["pets/train/cat/2.png"]);
  });
});

describe("refused, with file and place", () => {
  const cases: readonly (readonly [string, readonly OwnFile[], RegExp])[] = [
    ["no picture at all", [file("notes.txt", 1)], /no picture among these files/],
    [
      "one class only",
      [file("cat/1.jpg", 1), file("cat/2.jpg", 1)],
      /nothing to tell apart|no class's folder/,
    ],
    [
      "a picture outside the class folders",
      [...TWO_PARTS, file("pets/train/5.jpg", 1)],
      /^pets\/train\/5\.jpg: .*no class's folder/,
    ],
    [
      "a class that training lacks",
      [...TWO_PARTS, file("pets/validation/bird/1.jpg", 1)],
      /^pets\/validation\/bird\/1\.jpg: .*got bird/,
    ],
    [
      "validation without training",
      [file("test/cat/1.jpg", 1), file("test/dog/1.jpg", 1)],
      /nothing to (train on|tell apart)/,
    ],
    [
      "a single picture to share",
      [file("cat/1.jpg", 1), file("dog/1.jpg", 1), file("dog/2.jpg", 1)],
      /^cat\/: one picture cannot both/,
    ],
    [
      "a picture that does not decode",
      [...TWO_PARTS, file("pets/train/cat/17.jpg")],
      /^pets\/train\/cat\/17\.jpg: the picture cannot be decoded/,
    ],
    [
      "what is no zip",
      [{ path: "pets.zip", file: new Blob(["not packed at all"]) }],
      /^pets\.zip: the zip cannot be unpacked/,
    ],
  ];
  test.each(cases)("%s", async (_name, files, message) => {
    const error = await open(files).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "file.invalid", message: expect.stringMatching(message) });
  });

  test("a class's folder that is empty", async () => {
    const pets = await zip("train.zip", { "bird/": [], "cat/1.jpg": [1], "dog/1.jpg": [2] });
    await expect(open([pets])).rejects.toThrow(
      /train\/bird\/: the class's folder holds no picture/,
    );
  });

  test("a zip whose entries are damaged, or larger than any picture", async () => {
    const pets = await zip("p.zip", {
      "train/cat/1.jpg": [1],
      "train/dog/1.jpg": [2],
      "test/cat/1.jpg": [3],
    });
    const bytes = new Uint8Array(await pets.file.arrayBuffer());
    const damaged = bytes.slice();
    damaged.fill(0xff, 30, 60);
    await expect(open([{ ...pets, file: new Blob([damaged]) }])).rejects.toThrow("p.zip");

    // The size in the list of entries, at its 24th byte, says 4 GB.
    const trap = bytes.slice();
    const list = trap.findIndex(
      (_, at) => new DataView(trap.buffer).getUint32(Math.min(at, trap.length - 4)) === 0x504b0102,
    );
    trap.set([0xf0, 0xff, 0xff, 0xff], list + 24);
    await expect(open([{ ...pets, file: new Blob([trap]) }])).rejects.toMatchObject({
      code: "file.invalid",
    });
  });
});

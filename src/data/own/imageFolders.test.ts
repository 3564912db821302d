import {
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipWriter,
} from "@zip.js/zip.js/lib/zip-core-native.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OwnFile } from "../../core/ownFile.ts";
import type { DecodeImage } from "./decodeImage.ts";
import { openImageFolders } from "./imageFolders.ts";
import { hiddenNotes } from "./leftOut.ts";
import { wrongFile } from "./ownFile.ts";

/** In this test an image is one byte, its colour, because decoding a real image takes a browser. */
const decode: DecodeImage = async (blob, path, size) => {
  const [colour] = new Uint8Array(await blob.arrayBuffer());
  if (colour === undefined) {
    const wrong = { rule: "the picture cannot be decoded", expected: "a picture", got: "nothing" };
    throw wrongFile(path, { ...wrong, remedy: "Mend it." });
  }
  return { height: 10 + colour, width: 10, pixels: new Uint8Array(size * size * 3).fill(colour) };
};

const OPTIONS = {
  seed: 7,
  inputSize: 2,
  ownValidationShare: 20,
  ownTestShare: 0,
  decode,
  checkAll: true,
};
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
      "1 file is left out: pets/readme.txt (not a picture that browsers read).",
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

describe("a zip", () => {
  const CLASSES = ["cat", "train", "test"];
  const name = fc.constantFrom(...["/", "\\", "/./", "\\.\\"]);
  const layouts = fc.record({
    start: fc.constantFrom("", "./", "/", "C:\\"),
    above: fc.constantFrom<readonly string[]>([], ["pets"], ["test", "pets"]),
    parts: fc.constantFrom<readonly string[]>([], ["train", "val"], ["Training", "TEST"]),
    separator: name,
    within: fc.boolean(),
    noise: fc.boolean(),
  });
  test("holds the classes that were put in, however it writes its paths", async () => {
    await fc.assert(
      fc.asyncProperty(layouts, async ({ start, above, parts, separator, within, noise }) => {
        const entries: Record<string, readonly number[]> = {};
        for (const part of parts.length > 0 ? parts.map((one) => [one]) : [[]])
          for (const [label, own] of CLASSES.entries())
            for (const number of [1, 2]) {
              const file = [...above, ...part, own, `${number}.jpg`];
              entries[start + file.join(separator)] = [label + 1];
            }
        if (noise) {
          entries[`__MACOSX${separator}cat${separator}._1.jpg`] = [9];
          entries[`${[...above, "cat", ".DS_Store"].join(separator)}`] = [9];
          entries[[...above, ...parts.slice(0, 1), "empty", ""].join("/")] = [];
        }
        const inner = await zip("inner.zip", entries);
        const outer = within
          ? await zip("all.zip", {
              "inner.zip": [...new Uint8Array(await inner.file.arrayBuffer())],
            })
          : inner;
        const data = await open([outer]);
        expect(data.classes).toEqual(["cat", "test", "train"]);
        const { pixels, labels } = await data.test.read([...data.test.labels.keys()]);
        const colours = labels.reduce<number[]>((all, label, at) => {
          all[label] = pixels[at * 12] ?? 0;
          return all;
        }, []);
        expect(colours).toEqual([1, 3, 2]);
        expect(data.leftOut).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test("is known by its first bytes, and a picture in it too", async () => {
    const { file: packed } = await zip("p.zip", {
      "cat/one": [0xff, 0xd8, 0xff, 1],
      "cat/two.txt": [0xff, 0xd8, 0xff, 2],
      "dog/one.tiff": [0xff, 0xd8, 0xff, 3],
      "dog/two.pjpeg": [0xff, 0xd8, 0xff, 4],
      "dog/three.txt": [0x49, 0x49, 0x2a, 0],
    });
    const data = await open([{ path: "download", file: packed }]);
    expect(data.classes).toEqual(["cat", "dog"]);
    expect(data.notes.at(-1)).toBe(
      "1 file is left out: download/dog/three.txt (TIFF, not a picture that browsers read: convert it to PNG or JPEG).",
    );
    const damaged = { path: "more.zip", file: new Blob(["PK"]) };
    expect((await open([{ path: "download", file: packed }, damaged])).notes).toContain(
      "1 file is left out: more.zip (a zip that cannot be unpacked: pack it again, or choose its folders).",
    );
  });

  test("of another data set is told where that is chosen", async () => {
    const arrays = await zip("fer.zip", { "X_train.npy": [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] });
    await expect(open([arrays])).rejects.toThrow(
      /no picture among these files; .*fer\/X_train\.npy \(a NumPy array, .*Choose My arrays as Data set/,
    );
  });
});

describe("left out, with the reason", () => {
  const notesOf = async (files: readonly OwnFile[]) => {
    const { notes, classes } = await open([...TWO_PARTS, ...files]);
    expect(classes).toEqual(["cat", "dog"]);
    return notes.filter((note) => note.includes("left out"));
  };
  const README = "1 file is left out: pets/readme.txt (not a picture that browsers read).";
  const text = (path: string): OwnFile => ({ path, file: new Blob(["Three words here.\n"]) });

  test("a picture that does not decode, and one that is something else", async () => {
    expect(await notesOf([file("pets/train/cat/17.jpg"), text("pets/train/cat/18.tiff")])).toEqual([
      README,
      "1 file is left out: pets/train/cat/18.tiff (plain text, not a picture that browsers read).",
      "1 file is left out: pets/train/cat/17.jpg (empty).",
    ]);
  });

  test("pictures outside the class folders, and of a class that training lacks", async () => {
    expect(
      await notesOf([file("pets/train/5.jpg", 1), file("pets/validation/bird/1.jpg", 1)]),
    ).toEqual([
      README,
      "1 file is left out: pets/train/5.jpg (in no class's folder).",
      "1 file is left out: pets/validation/bird/1.jpg (of a class that has no training picture).",
    ]);
  });

  test("a class's folder that is empty, and one without a picture of use", async () => {
    const more = await zip("pets.zip", { "train/bird/": [], "train/cat/3.jpg": [1] });
    expect(await notesOf([more, text("pets/train/fish/readme.txt")])).toContain(
      "2 files are left out: pets/train/bird/, pets/train/fish/ (a folder without a picture, so no class).",
    );
  });

  test("no class, although all of its pictures are broken", async () => {
    const fish = ["pets/train/fish/1.jpg", "pets/train/fish/2.png"].map((path) => file(path));
    await expect(open([...TWO_PARTS, ...fish])).rejects.toThrow(
      "fish/: none of the class's training pictures can be decoded; expected one or more of each class, got 2 files are left out: pets/train/fish/1.jpg, pets/train/fish/2.png (empty). Mend or convert them, or remove the class's folder.",
    );
    const one = file("pets/train/fish/3.jpg", 1);
    expect((await open([...TWO_PARTS, ...fish, one])).classes).toContain("fish");
  });

  test("hidden files of the systems are counted, in zips and folders and beside them", async () => {
    const packed = await zip("pets.zip", {
      "train/cat/9.jpg": [1],
      "train/cat/Thumbs.db": [1],
      "train/cat/desktop.ini": [1],
      "__MACOSX/train/cat/._9.jpg": [1],
      "train/yolo.cfg": [1],
    });
    const { hidden, notes } = await open([...TWO_PARTS, packed]);
    expect(hiddenNotes(hidden)).toEqual([
      "4 hidden files are ignored: pets/.DS_Store, pets/train/cat/Thumbs.db, pets/train/cat/desktop.ini, pets/__MACOSX/train/cat/._9.jpg.",
    ]);
    expect(hiddenNotes([".DS_Store"])).toEqual(["1 hidden file is ignored: .DS_Store."]);
    expect(hiddenNotes([])).toEqual([]);
    expect(notes).toContain(
      "2 files are left out: pets/readme.txt, pets/train/yolo.cfg (not a picture that browsers read).",
    );
  });

  test("many files by their number and the first names", async () => {
    const many = Array.from({ length: 40 }, (_, at) => text(`pets/note${at}.txt`));
    expect((await notesOf(many)).at(-1)).toMatch(
      /^40 files are left out: pets\/note0\.txt, .*, pets\/note4\.txt and 35 more \(plain text/,
    );
  });

  test("are what a later opening of the same files does without", async () => {
    const broken = await zip("pets.zip", { "train/cat/3.jpg": [], "train/cat/4.jpg": [9] });
    const { leftOut } = await open([...TWO_PARTS, broken]);
    expect(leftOut).toContainEqual(
      expect.objectContaining({ path: "pets.zip", entry: "train/cat/3.jpg" }),
    );
    const known = TWO_PARTS.filter(({ path }) => !leftOut.some((out) => out.path === path));
    const again = await open([...known, { ...broken, without: ["train/cat/3.jpg"] }], {
      checkAll: false,
    });
    expect([again.train.labels.length, again.leftOut]).toEqual([4, []]);
  });
});

describe("refused, with file and place", () => {
  const cases: readonly (readonly [string, readonly OwnFile[], RegExp])[] = [
    ["no picture at all", [file("notes.txt", 1)], /no picture among these files/],
    [
      "one class only",
      [file("cat/1.jpg", 1), file("cat/2.jpg", 1)],
      /found one class folder, cat; two are needed/,
    ],
    [
      "parts without training",
      [file("test/cat/1.jpg", 1), file("val/dog/1.jpg", 1)],
      /nothing to train on; .*got test\/, val\//,
    ],
    [
      "a single picture to share",
      [file("cat/1.jpg", 1), file("dog/1.jpg", 1), file("dog/2.jpg", 1)],
      /^cat\/: one picture cannot both/,
    ],
    [
      "pictures none of which can be decoded",
      [file("cat/1.jpg"), file("dog/1.jpg")],
      /none of the pictures can be decoded; .*got 2 files are left out: cat\/1\.jpg, dog\/1\.jpg \(empty\)/,
    ],
    [
      "classes whose pictures are of no use",
      [file("cat/1.jpg", 1), file("cat/2.jpg", 1), file("dog/1.jpg"), file("dog/2.tif", 1)],
      /found one class folder, cat; two are needed; got .*2\.tif \(not a picture that browsers read\)\. 1 file is left out: dog\/1\.jpg \(empty\)\. Add/,
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

  test("a zip whose entries are damaged, or larger than any picture", async () => {
    const pets = await zip("p.zip", {
      "train/cat/1.jpg": [1],
      "train/dog/1.jpg": [2],
      "test/cat/1.jpg": [3],
    });
    const bytes = new Uint8Array(await pets.file.arrayBuffer());
    const damaged = bytes.slice();
    damaged.fill(0xff, 30, 60);
    await expect(open([{ ...pets, file: new Blob([damaged]) }])).rejects.toThrow(
      /found one class folder, dog; .*p\/train\/cat\/1\.jpg/,
    );

    // The size in the zip's list of entries, at its 24th byte, claims 4 GB.
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

/**
 * Reads pictures of every kind with the program's reader in a browser and compares them with what Pillow decoded
 * (`src/data/own/fixtures/make.py`). `src/cli/prediction/decodePicture.test.ts` does the same in the terminal.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { build } from "vite";

const REPOSITORY = join(import.meta.dirname, "..");
const FOLDER = join(REPOSITORY, "src/data/own/fixtures");
/** A multiple of both sides of the pictures, which are 12 × 8 or 8 × 12. */
const SIDE = 24;

interface Expected {
  readonly width: number;
  readonly height: number;
  /** In base64, `[height, width, 3]`. */
  readonly pixels: string;
}

interface Opened {
  readonly notes: readonly string[];
  readonly numTrain: number;
  /** `[numTrain, SIDE, SIDE, 3]` */
  readonly pixels: readonly number[];
}

const EXPECTED = new Map<string, Expected | null>(
  Object.entries(JSON.parse(readFileSync(join(FOLDER, "pictures.json"), "utf8"))),
);

/** Bundles the reader, so that it runs in any page. */
async function readerScript(): Promise<string> {
  const built = await build({
    ...{ configFile: false, root: REPOSITORY, publicDir: false, logLevel: "error" },
    build: {
      write: false,
      target: "es2022",
      lib: {
        entry: join(REPOSITORY, "src/data/own/imageFolders.ts"),
        ...{ formats: ["iife"], name: "reader" },
      },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (output === undefined || !("output" in output)) throw new Error("nothing was built");
  return output.output[0].code;
}

test("pictures of every kind are read as Pillow decodes them; all others are left out by name", async ({
  page,
}) => {
  const decoded = [...EXPECTED].flatMap(([name, expected]) =>
    expected === null ? [] : [{ name, expected }],
  );
  const texts: readonly (readonly [string, string])[] = [
    ["pointer.jpg", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"],
    ["page.png", "<!DOCTYPE html><title>404</title>"],
    ["link.jpg", "../other/picture.jpg"],
    ["paper.jpg", "%PDF-1.7\n"],
    ["weights.jpg", "\x89HDF\r\n\x1a\n"],
    ["Thumbs.db", "x"],
    ["yolo.cfg", "[net]"],
  ];
  const files = [
    ...[...EXPECTED.keys()].map((name) => ({
      path: `train/whole/${name}`,
      bytes: readFileSync(join(FOLDER, name)).toString("base64"),
    })),
    ...texts.map(([name, text]) => ({
      path: `train/whole/${name}`,
      bytes: Buffer.from(text, "latin1").toString("base64"),
    })),
    ...["train/other/1.png", "test/whole/1.png", "test/other/2.png"].map((path) => ({
      path,
      bytes: readFileSync(join(FOLDER, "rgba.png")).toString("base64"),
    })),
  ];
  await page.goto("/");
  await page.addScriptTag({ content: `${await readerScript()};globalThis.reader = reader;` });
  const opened: Opened = await page.evaluate(
    `(async () => {
      const files = ${JSON.stringify(files)}.map(({ path, bytes }) => ({
        path,
        file: new Blob([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))]),
      }));
      const shares = { seed: 1, ownValidationShare: 20, ownTestShare: 0 };
      const options = { ...shares, inputSize: ${SIDE}, checkAll: true };
      const data = await reader.openImageFolders(files, options);
      const whole = [...data.train.labels.keys()].filter((at) => data.train.labels[at] === 1);
      const { pixels } = await data.train.read(whole);
      return { notes: data.notes, numTrain: whole.length, pixels: [...pixels] };
    })()`,
  );
  const notes = opened.notes.join("\n");
  for (const reason of [
    "train/whole/large.png (more than 4,096 pixels a side)",
    "train/whole/header.png, train/whole/truncated.jpg, train/whole/truncated.png, train/whole/withoutEnd.jpg (it cannot be decoded)",
    "train/whole/empty.png (empty)",
    "train/whole/yolo.cfg, train/whole/text.jpg (plain text, not a picture that browsers read)",
    "train/whole/pointer.jpg (a Git LFS pointer, not the file itself",
    "train/whole/page.png (a web page",
    "train/whole/link.jpg (the text of a symbolic link",
    "train/whole/paper.jpg (PDF",
    "train/whole/weights.jpg (HDF5",
  ])
    expect(notes).toContain(reason);
  expect(opened.numTrain).toBe(decoded.length);
  // The pictures of a class are sorted by name.
  const sorted = decoded.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  sorted.forEach(({ name, expected: { width, height, pixels } }, picture) => {
    const theirs = Buffer.from(pixels, "base64");
    let difference = 0;
    for (let at = 0; at < SIDE * SIDE * 3; at += 1) {
      const [y, x] = [Math.floor(at / 3 / SIDE), Math.floor(at / 3) % SIDE];
      const row = Math.floor((y * height) / SIDE);
      const from = 3 * (row * width + Math.floor((x * width) / SIDE)) + (at % 3);
      const ours = opened.pixels[picture * SIDE * SIDE * 3 + at] ?? Number.NaN;
      difference = Math.max(difference, Math.abs(ours - (theirs[from] ?? Number.NaN)));
    }
    expect.soft(difference, name).toBeLessThanOrEqual(2);
  });
});

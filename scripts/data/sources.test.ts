import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyImages } from "../../src/data/imageBatch.ts";
import {
  NotThereError,
  OFFICIAL_FILES,
  type OfficialSet,
  readOfficialSet,
} from "./officialFiles.ts";
import { allSources, findOfficialSet, type Search, type Source } from "./sources.ts";

const SOME_SET: OfficialSet = { train: emptyImages(1, 1, 1), test: emptyImages(1, 1, 1) };
let root = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "sources-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function folderWithFiles(name: string): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  for (const file of OFFICIAL_FILES) {
    await writeFile(join(folder, `${file.name}.gz`), gzipSync(`${name} ${file.name}`));
  }
  return folder;
}

function search(sources: readonly Source[]): Search & { readonly warnings: string[] } {
  const warnings: string[] = [];
  return {
    sources,
    cacheFolder: join(root, "cache"),
    workFolder: join(root, "work"),
    onWarning: (text) => warnings.push(text),
    warnings,
  };
}

const source = (title: string, find: Source["find"], change: Partial<Source> = {}): Source => ({
  title,
  find,
  isDownload: false,
  isChosen: false,
  ...change,
});
const absent = (title: string): Source =>
  source(title, async () => {
    throw new NotThereError("no such files");
  });

describe("the sources", () => {
  it("are asked in the documented order", () => {
    const titles = (environment: Record<string, string>): string[] =>
      allSources("cache", environment).map(({ title }) => title);
    const others = [
      "the local cache",
      "Debian's package, installed",
      "Debian's package, downloaded",
      "the official address",
    ];
    expect(titles({ FASHION_MNIST_DIR: "/mine" })).toEqual(["FASHION_MNIST_DIR", ...others]);
    expect(titles({})).toEqual(others);
  });
});

describe("the search for the official files", () => {
  it("takes the first source that has them and asks no further", async () => {
    const asked: string[] = [];
    const having = (title: string): Source =>
      source(title, async () => {
        asked.push(title);
        return root;
      });
    const sources = [absent("first"), having("second"), having("third")];
    const { found, failures } = await findOfficialSet(search(sources), async () => SOME_SET);
    expect(found).toEqual({ set: SOME_SET, source: "second" });
    expect(failures).toEqual(["first: no such files"]);
    expect(asked).toEqual(["second"]);
  });

  it("names file and source of a wrong checksum, and goes on", async () => {
    const folder = await folderWithFiles("wrong");
    const asked = search([source("a folder", async () => folder), absent("the next")]);
    const { found, failures } = await findOfficialSet(asked);
    expect(found).toBeUndefined();
    expect(asked.warnings).toEqual([
      expect.stringMatching(
        /^a folder: train-images-idx3-ubyte is not the official file; expected SHA-256 c59f468a[0-9a-f]+, got [0-9a-f]{64}$/,
      ),
    ]);
    expect(failures).toHaveLength(2);
  });

  it("treats a packed file that cannot be unpacked like one with a wrong checksum", async () => {
    const folder = await folderWithFiles("torn");
    const [first] = OFFICIAL_FILES;
    const path = join(folder, `${first.name}.gz`);
    await writeFile(path, (await readFile(path)).subarray(0, 20));
    const asked = search([source("a folder", async () => folder)]);
    await findOfficialSet(asked);
    expect(asked.warnings).toEqual([
      expect.stringContaining("train-images-idx3-ubyte.gz cannot be unpacked"),
    ]);
  });

  it("is silent about an empty cache but warns when the chosen folder has no files", async () => {
    const empty = async (): Promise<string> => root;
    const asked = search([
      source("FASHION_MNIST_DIR", empty, { isChosen: true }),
      source("the local cache", empty),
    ]);
    await findOfficialSet(asked);
    expect(asked.warnings).toEqual([`FASHION_MNIST_DIR: no train-images-idx3-ubyte.gz in ${root}`]);
  });

  it("keeps verified downloads in the cache, and leaves no work folder behind", async () => {
    const download = source("a server", () => folderWithFiles("work/unpacked"), {
      isDownload: true,
    });
    await findOfficialSet(search([download]), async () => SOME_SET);
    expect((await readdir(join(root, "cache"))).sort()).toEqual(
      OFFICIAL_FILES.map(({ name }) => `${name}.gz`).sort(),
    );
    expect(await readdir(root)).toEqual(["cache"]);
  });

  it("keeps no download whose checksum is wrong", async () => {
    const download = source("a server", () => folderWithFiles("work"), { isDownload: true });
    await findOfficialSet(search([download]));
    expect(await readdir(root)).toEqual([]);
  });
});

describe("a folder with files", () => {
  it("may hold them unpacked; they are verified all the same", async () => {
    for (const { name } of OFFICIAL_FILES) await writeFile(join(root, name), "not the real one");
    await expect(readOfficialSet(root)).rejects.toThrow(
      "train-images-idx3-ubyte is not the official file",
    );
  });
});

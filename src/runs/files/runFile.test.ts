import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { serializeError } from "../../core/errors.ts";
import { npyBytes } from "../../core/npy.ts";
import { madeRecord } from "../testRecords.ts";
import { readNpy } from "./npy.ts";
import { checkpointsIn, namesCheckpoints, readRunFile, writeRunFile } from "./runFile.ts";
import { isRunFile, runFileName } from "./runFileName.ts";

const records = [
  madeRecord({ id: "a" }),
  madeRecord({
    id: "b",
    changes: { seed: 2 },
    numPoints: 0,
    head: { outcome: "failed", error: "It failed." },
  }),
];
const written = writeRunFile(records).then(
  async (file) => new Uint8Array(await file.arrayBuffer()),
);

async function changed(change: (files: Record<string, Uint8Array>) => void): Promise<Blob> {
  const files = unzipSync(await written);
  change(files);
  return new Blob([new Uint8Array(zipSync(files))]);
}

async function errorOf(file: Blob) {
  try {
    await readRunFile(file, "x.zip");
    return { code: "none", message: "" };
  } catch (error) {
    return serializeError(error);
  }
}

const editJson = (path: string, edit: (value: Record<string, unknown>) => object) =>
  changed((files) => {
    files[path] = strToU8(
      JSON.stringify(edit(JSON.parse(strFromU8(files[path] ?? new Uint8Array())))),
    );
  });

describe("a file of runs", () => {
  test("comes back as it was, and says at its start what it is", async () => {
    const bytes = await written;
    expect(await readRunFile(new Blob([bytes]), "x.zip")).toEqual(records);
    expect(isRunFile(bytes.subarray(0, 100))).toBe(true);
    expect(isRunFile(new Uint8Array(100))).toBe(false);
  });

  test("brings its checkpoint back, and is refused when that is missing", async () => {
    const checkpoint = new Blob([Uint8Array.of(1, 2, 3)]);
    const file = await writeRunFile([{ ...madeRecord({ id: "a" }), checkpoint }]);
    const [read] = await readRunFile(file, "x.zip");
    expect(await read?.checkpoint?.text()).toBe("\u0001\u0002\u0003");
    const files = unzipSync(new Uint8Array(await file.arrayBuffer()));
    delete files["runs/1/run.checkpoint"];
    const without = new Blob([new Uint8Array(zipSync(files))]);
    expect((await errorOf(without)).message).toMatch(/nothing is missing in it/);
  });

  test("of a folder of the terminal is told by its newest checkpoints", async () => {
    const zip = new Blob([
      new Uint8Array(
        zipSync({
          "out/model.json": strToU8("{}"),
          "out/checkpoints/000002-step-9.checkpoint": strToU8("older"),
          "out/checkpoints/000010-step-50.checkpoint": strToU8("newer"),
        }),
      ),
    ]);
    expect(await namesCheckpoints(zip)).toBe(true);
    const [found, ...others] = await checkpointsIn(zip, "out.zip");
    expect([others.length, found?.name, await found?.text()]).toEqual([
      0,
      "out.zip, out/checkpoints/000010-step-50.checkpoint",
      "newer",
    ]);
    expect(await namesCheckpoints(await changed(() => {}))).toBe(false);
  });

  test("of a run that still trained is one that stopped", async () => {
    const running = madeRecord({ id: "a", head: { outcome: "running" } });
    const [read] = await readRunFile(new Blob([await writeRunFile([running])]), "x.zip");
    expect(read?.head.outcome).toBe("stopped");
  });

  test("is named by its run, or by their number", () => {
    const [a, b] = records.map(({ head }) => head);
    if (a === undefined || b === undefined) throw new Error("there are two");
    expect(runFileName([a])).toBe("one-minute-on-any-computer.runs.zip");
    expect(runFileName([b])).toBe("one-minute-on-any-computer-seed-2.runs.zip");
    expect(runFileName([a, b])).toBe("2-runs.runs.zip");
  });

  test("that is another zip, or none, is refused", async () => {
    expect(await errorOf(new Blob(["hello"]))).toMatchObject({ code: "file.invalid" });
    const other = new Blob([new Uint8Array(zipSync({ "a.txt": strToU8("a") }))]);
    expect((await errorOf(other)).message).toMatch(/xception-runs.json/);
  });

  test("of a newer version is refused with its version", async () => {
    const file = await editJson("xception-runs.json", (value) => ({ ...value, version: 2 }));
    expect((await errorOf(file)).message).toMatch(/newer version of this page.*version 2/);
  });

  test("with a missing, cut or wrong entry is refused by its name", async () => {
    const missing = await changed((files) => delete files["runs/2/clock.npy"]);
    expect((await errorOf(missing)).message).toMatch(/runs\/2\/clock.npy/);
    const cut = await changed((files) => {
      files["runs/1/training.npy"] = (files["runs/1/training.npy"] ?? new Uint8Array()).slice(
        0,
        -8,
      );
    });
    expect((await errorOf(cut)).message).toMatch(
      /runs\/1, training.npy: its length fits its shape/,
    );
    const other = await changed((files) => {
      files["runs/1/matrices.npy"] = npyBytes({ shape: [1, 2, 2], values: new Uint32Array(4) });
    });
    expect((await errorOf(other)).message).toMatch(/runs\/1, matrices.npy/);
  });

  test("with numbers that are not finite, or settings outside their rules, is refused by their name", async () => {
    const infinite = await changed((files) => {
      const values = new Float64Array(12).fill(Number.POSITIVE_INFINITY);
      files["runs/1/validation.npy"] = npyBytes({ shape: [3, 4], values });
    });
    expect(await errorOf(infinite)).toMatchObject({
      code: "run.invalid-record",
      message: expect.stringMatching(/runs\/1, validation, .*finite/),
    });
    const outside = await editJson("runs/1/run.json", (value) => ({
      ...value,
      settings: { width: 9 },
    }));
    expect(await errorOf(outside)).toMatchObject({
      code: "setting.invalid",
      message: expect.stringMatching(/Width multiplier/),
    });
  });

  test("with the same run twice is refused", async () => {
    const twice = await editJson("runs/2/run.json", (value) => ({ ...value, id: "a" }));
    expect((await errorOf(twice)).message).toMatch(/own id/);
  });

  test("whose bytes were changed is refused by the checksum", async () => {
    const bytes = (await written).slice();
    // The first entry's data follow its header and its name.
    bytes[60] = (bytes[60] ?? 0) ^ 0x55;
    expect((await errorOf(new Blob([bytes]))).code).toBe("file.invalid");
  });
});

test("an array comes back with its shape, aligned as NumPy writes it", () => {
  const array = { shape: [2, 2], values: Float64Array.of(1, -2, 3.5, 1e300) };
  const bytes = npyBytes(array);
  expect(bytes.length % 64).toBe(32);
  expect(new TextDecoder("latin1").decode(bytes.subarray(10, 70))).toContain(
    "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }",
  );
  expect(readNpy(bytes, "x")).toEqual(array);
  const counts = { shape: [3], values: Uint32Array.of(1, 2, 4_000_000_000) };
  expect(readNpy(npyBytes(counts), "x")).toEqual(counts);
});

import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import {
  type CheckpointFolder,
  keepCheckpoint,
  newestCheckpoint,
  newestHeader,
  newestSummary,
} from "./checkpointStore.ts";
import { madeCheckpoint } from "./madeCheckpoint.ts";
import { memoryFolder, sourceOf } from "./memoryFolder.ts";
import { createPackedWriter, packValue, readPacked, readSummary } from "./packedFile.ts";

async function packed(value: unknown): Promise<Uint8Array<ArrayBuffer>> {
  let file = new Uint8Array();
  const writer = createPackedWriter({
    write(bytes, offset) {
      const grown = new Uint8Array(Math.max(file.length, offset + bytes.length));
      grown.set(file);
      grown.set(bytes, offset);
      file = grown;
    },
    flush: () => {},
  });
  const { header, pieces } = packValue({ of: "a test" }, value);
  for (const piece of pieces()) await writer.append(piece);
  await writer.finish(header);
  return file;
}

const tensors = fc.oneof(
  fc.float32Array(),
  fc.float64Array(),
  fc.uint8Array(),
  fc.uint32Array({ maxLength: 9 }),
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    fc.double({ noNaN: true }).filter((number) => !Object.is(number, -0)),
    fc.string(),
    tensors,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(fc.string(), tie("value")), { maxLength: 4 }).map((all) => new Map(all)),
  ),
})).value;

describe("a packed file", () => {
  test("gives back what was written, to the bit", async () => {
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        const source = sourceOf(await packed({ value }));
        expect(await readPacked(source)).toEqual({ value });
        expect(await readSummary(source)).toEqual({ of: "a test" });
      }),
      { numRuns: 60 },
    );
  });

  test("of several pieces gives back every number", async () => {
    const long = Float32Array.from({ length: 2_500_003 }, (_, at) => Math.sin(at));
    const value = { first: new Uint8Array(3).fill(7), long, last: Float64Array.of(1 / 3) };
    const read = v.parse(
      v.object({
        first: v.instance(Uint8Array),
        long: v.instance(Float32Array),
        last: v.instance(Float64Array),
      }),
      await readPacked(sourceOf(await packed(value))),
    );
    expect(Buffer.from(read.long.buffer).equals(Buffer.from(long.buffer))).toBe(true);
    expect([read.first, read.last]).toEqual([value.first, value.last]);
  });
});

const steps = (folder: ReturnType<typeof memoryFolder>) =>
  [...folder.files.keys()].map((name) => Number(/step-(\d+)/.exec(name)?.[1]));

describe("the checkpoints of a run", () => {
  test("are the newest three; of a finished run the last one", async () => {
    const folder = memoryFolder();
    for (const step of [1, 2, 3, 4]) await keepCheckpoint(folder, madeCheckpoint(step));
    expect(steps(folder)).toEqual([2, 3, 4]);
    await keepCheckpoint(folder, madeCheckpoint(5, { isFinished: true }));
    expect(steps(folder)).toEqual([5]);
    expect((await newestSummary(folder))?.isFinished).toBe(true);
  });

  test("come back as they were", async () => {
    const folder = memoryFolder();
    await keepCheckpoint(folder, madeCheckpoint(7));
    expect(await newestCheckpoint(folder)).toEqual({ checkpoint: madeCheckpoint(7), refused: [] });
  });

  test("cut at any boundary of 4 kB are refused, and the one before is taken", async () => {
    const folder = memoryFolder();
    await keepCheckpoint(folder, madeCheckpoint(1));
    await keepCheckpoint(folder, madeCheckpoint(2));
    const [, newest = ""] = folder.files.keys();
    const whole = folder.files.get(newest) ?? new Uint8Array();
    const cuts = [0, 1, 63, 64, whole.length - 1];
    for (let at = 4096; at < whole.length; at += 4096) cuts.push(at);
    expect(cuts.length).toBeGreaterThan(7);
    for (const at of cuts) {
      folder.files.set(newest, whole.slice(0, at));
      const { checkpoint, refused } = await newestCheckpoint(folder);
      expect([at, checkpoint?.summary.step, refused[0]?.name]).toEqual([at, 1, newest]);
    }
  });

  test("written up to any boundary of 4 kB, without the preamble, are refused as well", async () => {
    const folder = memoryFolder();
    await keepCheckpoint(folder, madeCheckpoint(1));
    await keepCheckpoint(folder, madeCheckpoint(2));
    const [, newest = ""] = folder.files.keys();
    const whole = folder.files.get(newest) ?? new Uint8Array();
    for (let at = 4096; at < whole.length + 4096; at += 4096) {
      const written = whole.slice(0, at).fill(0, 0, 64);
      folder.files.set(newest, written);
      expect((await newestCheckpoint(folder)).checkpoint?.summary.step).toBe(1);
      expect((await newestSummary(folder))?.step).toBe(1);
    }
  });

  test("with a single wrong bit are refused, and the one before is taken", async () => {
    const folder = memoryFolder();
    await keepCheckpoint(folder, madeCheckpoint(1));
    await keepCheckpoint(folder, madeCheckpoint(2));
    const [, newest = ""] = folder.files.keys();
    const whole = folder.files.get(newest) ?? new Uint8Array();
    const place = fc.integer({ min: 0, max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        const flipped = whole.slice();
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        folder.files.set(newest, flipped);
        expect((await newestCheckpoint(folder)).checkpoint?.summary.step).toBe(1);
      }),
      { numRuns: 200 },
    );
  });

  test("of a newer format are refused by name", async () => {
    const folder = memoryFolder();
    await keepCheckpoint(folder, madeCheckpoint(1));
    const [name = ""] = folder.files.keys();
    const bytes = folder.files.get(name)?.slice() ?? new Uint8Array();
    bytes[8] = 99;
    folder.files.set(name, bytes);
    const { checkpoint, refused } = await newestCheckpoint(folder);
    expect(checkpoint).toBeNull();
    expect(refused[0]?.reason).toContain("a newer version of this program wrote it");
    expect(await newestHeader(folder)).toEqual({ summary: null, isNewer: true });
  });

  test("give way to a new one on a disk that is nearly full", async () => {
    const folder = memoryFolder();
    await keepCheckpoint(folder, madeCheckpoint(1));
    const [first] = folder.files.values();
    const full = memoryFolder(2.5 * (first?.length ?? 0));
    for (const step of [1, 2, 3, 4]) await keepCheckpoint(full, madeCheckpoint(step));
    expect(steps(full)).toEqual([3, 4]);
  });

  test("stay when there is no room, also beside a newer file that a kill left incomplete", async () => {
    const folder = memoryFolder();
    await keepCheckpoint(folder, madeCheckpoint(1));
    const [[name, bytes] = ["", new Uint8Array()]] = folder.files;
    const full = memoryFolder(1.7 * bytes.length);
    full.files.set(name, bytes);
    full.files.set("000002-step-2.checkpoint", bytes.slice(0, bytes.length / 2).fill(0, 0, 64));
    await expect(keepCheckpoint(full, madeCheckpoint(3))).rejects.toThrow("full");
    expect([...full.files.keys()]).toEqual([name]);
    expect((await newestCheckpoint(full)).checkpoint?.summary.step).toBe(1);
  });

  test("do not give way to files that kills left incomplete, which the next one removes", async () => {
    const folder = memoryFolder();
    for (const step of [1, 2, 3]) await keepCheckpoint(folder, madeCheckpoint(step));
    const [bytes = new Uint8Array()] = folder.files.values();
    for (const serial of [4, 5, 6])
      folder.files.set(`00000${serial}-step-9.checkpoint`, bytes.slice(0, 900).fill(0, 0, 64));
    folder.files.set("000007-step-9.checkpoint", new Uint8Array());
    await keepCheckpoint(folder, madeCheckpoint(4));
    expect(steps(folder)).toEqual([2, 3, 4]);
  });

  test("stay when there is no room for a new one", async () => {
    const folder = memoryFolder();
    await keepCheckpoint(folder, madeCheckpoint(1));
    const [first] = folder.files.values();
    const full = memoryFolder(1.5 * (first?.length ?? 0));
    await keepCheckpoint(full, madeCheckpoint(1));
    await expect(keepCheckpoint(full, madeCheckpoint(2))).rejects.toThrow("full");
    expect(steps(full)).toEqual([1]);
  });

  test("are copied in turns that leave the thread to the training", async () => {
    const folder = memoryFolder();
    let turns = 0;
    const nextTurn = async () => {
      turns += 1;
    };
    // An odd length, so that zeros must fill up memory that a piece had before.
    const kernel = Float32Array.from({ length: 3 * 2 ** 20 + 1 }, (_, at) => 1 + at);
    const made = madeCheckpoint(1, {}, new Map([["kernel", kernel]]));
    await keepCheckpoint(folder, made, { turnMs: () => 0, nextTurn, onElsewhere: () => {} });
    expect(turns).toBe(4);
    const { checkpoint } = await newestCheckpoint(folder);
    const read = checkpoint?.lanes[0]?.state?.vectors.get("kernel");
    expect(read?.every((value, at) => value === kernel[at])).toBe(true);
  });

  test("need no further turn once another thread has all pieces", async () => {
    const folder = memoryFolder();
    const calls: string[] = [];
    let writePieces = () => {};
    const written = new Promise<void>((resolve) => {
      writePieces = resolve;
    });
    const elsewhere: CheckpointFolder = {
      ...folder,
      async create(name, sizeBytes) {
        const file = await folder.create(name, sizeBytes);
        return {
          ...file,
          isElsewhere: true,
          async append(piece) {
            calls.push("append");
            const appended = await file.append(piece);
            await written;
            return appended;
          },
          finish(header) {
            calls.push("finish");
            return file.finish(header);
          },
        };
      },
    };
    const keeping = keepCheckpoint(elsewhere, madeCheckpoint(1), {
      turnMs: () => Number.POSITIVE_INFINITY,
      nextTurn: async () => {},
      onElsewhere() {
        calls.push("elsewhere");
        writePieces();
      },
    });
    await keeping;
    expect(calls).toEqual(["append", "finish", "elsewhere"]);
    expect(steps(folder)).toEqual([1]);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unpackZip } from "./archive.ts";
import { ReadAheadReader } from "./readAhead.ts";

const FOLDER = join(import.meta.dirname, "fixtures");
const unpack = async (name: string) => {
  const file = new Blob([Uint8Array.from(readFileSync(join(FOLDER, name)))]);
  return (await unpackZip({ path: name, file })).files;
};

describe("a zip that Python wrote", () => {
  test.each(["descriptor.zip", "stored.zip", "zip64.zip", "cp437.zip"])("%s", async (name) => {
    const files = await unpack(name);
    const root = name.replace(".zip", "");
    expect(files.map(({ path }) => path)).toEqual([`${root}/Größe/1.txt`, `${root}/Größe/2.txt`]);
    for (const [at, file] of files.entries()) {
      const text = String(at + 1).repeat(1000);
      expect(new TextDecoder().decode(await file.bytes())).toBe(text);
      expect(new TextDecoder().decode(await file.head())).toBe(text.slice(0, 512));
    }
  });

  test("with a password, or another compression, says so before anything is unpacked", async () => {
    const obstacles = async (name: string) => (await unpack(name)).map(({ obstacle }) => obstacle);
    const locked = "locked by a password: unpack the zip yourself";
    expect(await obstacles("encrypted.zip")).toEqual([locked, locked]);
    const unknown = "compressed in a way that browsers do not read: unpack the zip yourself";
    expect(await obstacles("lzma.zip")).toEqual([unknown, unknown]);
  });
});

describe("a file that is read ahead", () => {
  const bytes = Uint8Array.from({ length: 3e6 }, (_, at) => (at * 7 + (at >> 8)) % 256);

  /** Counts how often the file is read. */
  class CountingBlob extends Blob {
    numReads = 0;
    override slice(first?: number, end?: number): Blob {
      this.numReads += 1;
      return super.slice(first, end);
    }
  }

  test("gives the same bytes in every order, several at a time", async () => {
    const requests = fc.array(
      fc.record({ first: fc.nat({ max: 2_999_999 }), length: fc.nat({ max: 300_000 }) }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(requests, async (asked) => {
        const reader = new ReadAheadReader(new Blob([bytes]));
        await Promise.all(
          asked.map(async ({ first, length }) => {
            const got = await reader.readUint8Array(first, length);
            const wanted = bytes.subarray(first, first + length);
            expect(Buffer.compare(got, wanted)).toBe(0);
          }),
        );
      }),
      { numRuns: 20 },
    );
  });

  test("is read a few times when a thousand entries follow one another", async () => {
    const file = new CountingBlob([bytes]);
    const reader = new ReadAheadReader(file);
    for (let first = 0; first < 3e6; first += 3000) {
      await reader.readUint8Array(first, 30);
      await reader.readUint8Array(first + 40, 2900);
    }
    expect(file.numReads).toBeLessThan(12);
  });
});

import { expect, test } from "vitest";
import { checksumOfAll, checksumsOf } from "./checksums.ts";

const file = (path: string, ...numbers: number[]) => ({
  path,
  file: new Blob([Uint8Array.from(numbers)]),
});

async function all(...files: readonly ReturnType<typeof file>[]) {
  const shares: number[] = [];
  const checksums = await checksumsOf(files, (share) => shares.push(share));
  expect(shares.at(-1)).toBe(1);
  return checksumOfAll(files.map((one, index) => ({ ...one, checksum: checksums[index] })));
}

test("the same files are recognised in another order and in another folder, and every other byte is noticed", async () => {
  const first = await all(file("a/1.png", 1, 2), file("a/2.png", 3));
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await all(file("b/a/2.png", 3), file("b/a/1.png", 1, 2))).toBe(first);
  for (const files of [
    [file("a/1.png", 1, 3), file("a/2.png", 3)],
    [file("a/1.png", 3), file("a/2.png", 1, 2)],
    [file("a/1.png", 1, 2, 3)],
    [file("a/1.png", 1, 2)],
  ])
    expect(await all(...files)).not.toBe(first);
});

test("a file longer than a piece is read whole", async () => {
  const long = new Uint8Array(9 * 2 ** 20);
  const [before] = await checksumsOf([{ path: "x", file: new Blob([long]) }], () => {});
  long[long.length - 1] = 1;
  const [after] = await checksumsOf([{ path: "x", file: new Blob([long]) }], () => {});
  expect(after).not.toBe(before);
});

test("files that were not inspected have no checksum", () => {
  expect(checksumOfAll([file("a", 1)])).toBeUndefined();
  expect(checksumOfAll([])).toBeUndefined();
});

import { describe, expect, test } from "vitest";
import type { OwnFile } from "../../core/ownFile.ts";
import { idxFile } from "./madeFiles.ts";
import { openMnistFiles } from "./mnistFiles.ts";

const OPTIONS = { seed: 1, inputSize: 28, ownValidationShare: 20, ownTestShare: 0 };
const PIXELS = Array.from({ length: 3 * 2 * 2 }, (_, at) => at * 20);

const files = (): readonly OwnFile[] => [
  idxFile("MNIST/train-images-idx3-ubyte", [3, 2, 2], PIXELS),
  idxFile("MNIST/train-labels-idx1-ubyte", [3], [1, 0, 1]),
  idxFile("MNIST/t10k-images-idx3-ubyte", [1, 2, 2], PIXELS.slice(0, 4)),
  idxFile("MNIST/t10k-labels-idx1-ubyte", [1], [0]),
];

async function packed({ path, file }: OwnFile): Promise<OwnFile> {
  const stream = file.stream().pipeThrough(new CompressionStream("gzip"));
  return { path: `${path}.gz`, file: await new Response(stream).blob() };
}

/** Returns the four files with one of them replaced. */
function withFile(name: string, file: Blob): readonly OwnFile[] {
  return files().map((own) => (own.path.endsWith(name) ? { ...own, file } : own));
}

describe("the four files of MNIST", () => {
  test.each(["as they are", "packed"])(
    "%s give images, labels and digits as classes",
    async (form) => {
      const given = form === "packed" ? await Promise.all(files().map(packed)) : files();
      const data = await openMnistFiles(given, OPTIONS);
      expect(data).toMatchObject({ classes: ["0", "1"], height: 2, width: 2, channels: 1 });
      const { pixels, labels } = await data.train.read([2, 0]);
      expect([...labels]).toEqual([1, 1]);
      expect([...pixels]).toEqual([...PIXELS.slice(8), ...PIXELS.slice(0, 4)]);
      expect([...data.test.labels]).toEqual([0]);
    },
  );

  test("unpacked by the browser although the name ends in .gz are read as they are", async () => {
    const given = files().map(({ path, file }) => ({ path: `${path}.gz`, file }));
    expect((await openMnistFiles(given, OPTIONS)).train.labels).toHaveLength(3);
  });

  test("that are something else are refused by name", async () => {
    const name = "train-images-idx3-ubyte";
    const whole = files()[0]?.file ?? new Blob();
    const cut = await packed({ path: name, file: whole });
    const cases: readonly (readonly [Blob, RegExp])[] = [
      [new Blob(["<!doctype html> not found"]), /expected a file of MNIST, got a web page/],
      [new Blob(["%PDF-1.7"]), /expected a file of MNIST, got PDF/],
      [new Blob(["not found"]), /no IDX file of bytes.*got 6e 6f 74 20/],
      [new Blob([]), /an empty file/],
      [
        whole.slice(0, whole.size - 1),
        /not as long as its header says; expected 12 bytes for 3 × 2 × 2, got 11/,
      ],
      [new Blob([whole, "more"]), /not as long as its header says.*got more/],
      [cut.file.slice(0, cut.file.size - 9), /cannot be unpacked|not as long/],
      [idxFile("", [3], [1, 2, 3]).file, /expected images \(3 axes\), got labels/],
    ];
    for (const [file, message] of cases) {
      const error = await openMnistFiles(withFile(name, file), OPTIONS).catch((thrown) => thrown);
      expect(error).toMatchObject({
        code: "file.invalid",
        message: expect.stringMatching(message),
      });
      expect(error.context.file).toBe(`MNIST/${name}`);
    }
  });

  test("that promise more than memory holds are refused before anything is kept", async () => {
    const header = idxFile("", [60_000, 28_000, 28_000], []).file;
    const huge = withFile("train-images-idx3-ubyte", new Blob([header, "few bytes"]));
    await expect(openMnistFiles(huge, OPTIONS)).rejects.toMatchObject({ code: "file.too-large" });
  });

  test("whose labels and images are not as many are refused", async () => {
    const labels = idxFile("", [2], [0, 1]).file;
    const opened = openMnistFiles(withFile("train-labels-idx1-ubyte", labels), OPTIONS);
    await expect(opened).rejects.toThrow(/train-labels-idx1-ubyte: .* expected 3 labels.* got 2/);
  });
});

import fc from "fast-check";
import { gzipSync, strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import type { OwnFile } from "../../core/ownFile.ts";
import { openCsvFiles } from "./csvFiles.ts";
import { csvRows } from "./csvRows.ts";

const file = (path: string, content: string | Uint8Array<ArrayBuffer>): OwnFile => ({
  path,
  file: new Blob([content]),
});
const OPTIONS = { seed: 1, inputSize: 48, ownValidationShare: 20, ownTestShare: 0 };
const open = (...files: OwnFile[]) => openCsvFiles(files, OPTIONS);

/** Writes a table of 2 × 2 images whose values are all ten times the number of their row. */
function columns(
  rows: readonly (readonly [label: string, at: number])[],
  isLast = false,
): string[] {
  return rows.map(([label, at]) => {
    const values = [10 * at, 10 * at, 10 * at, 10 * at].join(",");
    return isLast ? `${values},${label}` : `${label},${values}`;
  });
}

const FER = [
  "emotion,pixels,Usage",
  '0,"10 11 12 13",Training',
  "3,20 21 22 23,Training",
  "3,30 31 32 33,PublicTest",
  "0,40 41 42 43,PrivateTest",
];

/** Ten rows of two classes. */
const ROWS = Array.from({ length: 10 }, (_, at) => [String(at % 2), at] as const);

describe("a table of images", () => {
  test("of FER2013 has its three parts in a column", async () => {
    const data = await open(file("fer2013.csv", FER.join("\r\n")));
    expect(data).toMatchObject({
      height: 2,
      width: 2,
      channels: 1,
      classes: ["class 0", "class 3"],
    });
    expect([...data.train.labels, ...data.validation.labels, ...data.test.labels]).toEqual([
      0, 1, 1, 0,
    ]);
    const { pixels } = await data.test.read([0]);
    expect([...pixels]).toEqual([40, 41, 42, 43]);
    expect(data.files).toEqual([
      { name: "fer2013.csv", words: "4 rows, 2 × 2 pixels, labels in emotion" },
    ]);
  });

  test("with all seven emotions names them", async () => {
    const rows = Array.from({ length: 14 }, (_, at) => `${at % 7},1 2 3 ${at},Training`);
    const data = await open(file("fer.csv", ["emotion,pixels,Usage", ...rows].join("\n")));
    expect(data.classes).toEqual([
      "angry",
      "disgust",
      "fear",
      "happy",
      "sad",
      "surprise",
      "neutral",
    ]);
    expect([data.train.labels.length, data.test.labels.length]).toEqual([7, 7]);
    expect(data.notes).toContain(
      "The table is in one part: 20 % of each class, drawn by the seed, validate and test.",
    );
  });

  const rows = [
    ["0", 0],
    ["1", 1],
    ["0", 2],
    ["1", 3],
  ] as const;
  const values = "p1,p2,p3,p4";
  test.each([
    ["a header and the label first", [`label,${values}`, ...columns(rows)]],
    ["a header and the label last", [`${values},class`, ...columns(rows, true)]],
    ["a numbered header", ["0,1,2,3,4", ...columns(rows)]],
    ["a header that pandas took from a row", ["0,0.1,0.2,0.3,0.4", ...columns(rows)]],
    ["no header and the label first", columns(rows)],
    [
      "no header and the label last, told by few values",
      columns(
        rows.map(([label, at]) => [label, at + 20]),
        true,
      ),
    ],
    ["semicolons", columns(rows).map((line) => line.replaceAll(",", ";"))],
    ["tabs", columns(rows).map((line) => line.replaceAll(",", "\t"))],
    ["spaces around the fields", columns(rows).map((line) => line.replaceAll(",", " , "))],
    [
      "an index in front",
      [`,label,${values}`, ...columns(rows).map((line, at) => `${at},${line}`)],
    ],
  ])("with %s", async (_name, lines) => {
    const data = await open(
      file("digits_train.csv", lines.join("\n")),
      file("digits_test.csv", lines.join("\n")),
    );
    expect([...data.train.labels]).toEqual([0, 1, 0, 1]);
    expect([...data.test.labels]).toEqual([0, 1, 0, 1]);
    const { pixels } = await data.train.read([3, 1]);
    expect(
      [...pixels].every(
        (pixel, at) => pixel % 10 === 0 && pixel > 0 && at < 4 === (pixel >= 30 && pixel !== 210),
      ),
    ).toBe(true);
  });

  test("may name its classes, be packed, begin with a byte order mark, and come in UTF-16", async () => {
    const lines = [
      "label,a,b,c,d",
      ...columns([
        ["cat", 1],
        ["dog", 2],
        ["cat", 3],
        ["dog", 4],
      ]),
    ].join("\r\n");
    const utf16 = new Uint8Array(2 + 2 * lines.length);
    utf16.set([0xff, 0xfe]);
    for (let at = 0; at < lines.length; at += 1) utf16[2 + 2 * at] = lines.charCodeAt(at);
    for (const given of [
      file("pets.csv", `﻿${lines}`),
      file("pets.csv.gz", Uint8Array.from(gzipSync(strToU8(lines)))),
      file("pets.zip", Uint8Array.from(zipSync({ "pets/all.csv": strToU8(lines) }))),
      file("pets.csv", utf16),
    ]) {
      const data = await open(given);
      expect(data.classes).toEqual(["cat", "dog"]);
      expect([data.train.labels.length, data.test.labels.length]).toEqual([2, 2]);
    }
  });

  test("in colour has three values a pixel, side by side", async () => {
    const line = (label: number) => [label, ...Array.from({ length: 12 }, (_, at) => at)].join(",");
    const data = await open(file("colour.csv", [line(0), line(1), line(0), line(1)].join("\n")));
    expect(data).toMatchObject({ height: 2, width: 2, channels: 3 });
  });

  test("without labels is left out, and what is no table too", async () => {
    const lines = [`label,${values}`, ...columns(rows)].join("\n");
    const unlabelled = ["a,b,c,d", "1,2,3,4", "2,3,4,5"].join("\n");
    const data = await open(
      file("train.csv", lines),
      file("test.csv", unlabelled),
      file("a.md", "words"),
    );
    expect(data.notes).toEqual(
      expect.arrayContaining([
        "1 file is left out: test.csv (it has no labels).",
        "1 file is left out: a.md (not a table (.csv)).",
      ]),
    );
  });
});

describe("a file that only looks like a table", () => {
  test.each([
    ["version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", /a Git LFS pointer/],
    ["<!DOCTYPE html><title>404</title>", /a web page, not a table/],
    ["%PDF-1.7\n", /PDF, not a table/],
    ["\x89HDF\r\n\x1a\n", /not a table/],
  ])("%j is named for what it is, and left out beside a table", async (text, message) => {
    await expect(open(file("a.csv", text))).rejects.toThrow(message);
    const data = await open(file("fer2013.csv", FER.join("\n")), file("a.csv", text));
    expect(data.notes.at(-1)).toMatch(message);
  });

  test("such as Kaggle's sample_submission.csv is left out", async () => {
    const table = file("train.csv", columns(ROWS).join("\n"));
    const data = await open(table, file("sample_submission.csv", "ImageId,Label\n1,0\n2,0\n"));
    expect(data.notes.at(-1)).toBe(
      "1 file is left out: sample_submission.csv (it holds no images).",
    );
  });

  test("and unpacks to a hundred times its size is not unpacked whole", async () => {
    const bomb = Uint8Array.from(gzipSync(new Uint8Array(2 ** 26).fill(10)));
    await expect(open(file("a.csv.gz", bomb))).rejects.toThrow(
      /unpacks to more than 100 times its size/,
    );
  });

  test("and is a gzip file that is cut short is refused as such", async () => {
    const whole = gzipSync(strToU8(columns(ROWS).join("\n")));
    await expect(open(file("a.csv.gz", whole.slice(0, -12)))).rejects.toThrow(
      /a\.csv\.gz: the file cannot be unpacked; expected a whole gzip file/,
    );
  });
});

test("a comma at the end of each row is no value, and labels with decimals are whole numbers", async () => {
  const rows = columns(ROWS.map(([label, at]) => [`${label}.0`, at] as const));
  const data = await open(file("a.csv", rows.map((row) => `${row},`).join("\n")));
  expect(data).toMatchObject({ height: 2, width: 2, classes: ["class 0", "class 1"] });
});

describe("a wrong table", () => {
  const good = [
    "label,a,b,c,d",
    ...columns([
      ["0", 0],
      ["1", 1],
      ["0", 2],
      ["1", 3],
    ]),
  ];
  test.each([
    ["nothing", [], /table does not hold images.*an empty file/],
    [
      "no square",
      ["label,a,b,c,d,e", "0,1,2,3,4,5", "1,1,2,3,4,5"],
      /does not hold images.*5 values/,
    ],
    [
      "a short row",
      [...good, "1,2,3"],
      /line 6: it has another number of fields; expected 5, got 3/,
    ],
    ["a word among the values", [...good, "1,2,3,many,4"], /line 6: a value is no number.*"many"/],
    ["a hole", [...good, "1,2,,3,4"], /line 6: a value is no number.*""/],
    ["a row without its label", [...good, ",2,3,3,4"], /line 6: it has no label/],
    [
      "one class",
      good.map((line) => line.replace(/^1/, "0")),
      /label is taken as the label.*2 to 256/,
    ],
    ["a class with one row", [...good, "2,1,1,1,1"], /one image cannot both train and validate/],
    [
      "a part that nobody knows",
      [...FER, "0,1 2 3 4,Later"],
      /line 6: its part is not known.*"Later"/,
    ],
    [
      "an image of another size",
      [...FER, "0,1 2 3,Training"],
      /line 6: its image has another size/,
    ],
    [
      "a class only tested",
      [...FER, "5,1 2 3 4,PrivateTest"],
      /no training image.*none labelled 5/,
    ],
  ])("with %s is refused by its line", async (_name, lines, message) => {
    await expect(open(file("a.csv", lines.join("\n")))).rejects.toThrow(message);
  });

  test("beside one of another size, or alone among other files, is refused", async () => {
    const small = ["label,a,b,c,d", "0,1,2,3,4", "1,1,2,3,4"].join("\n");
    const large = ["0,1,2,3,4,5,6,7,8,9", "1,1,2,3,4,5,6,7,8,9"].join("\n");
    await expect(open(file("a.csv", small), file("b.csv", large))).rejects.toThrow(
      "different sizes",
    );
    await expect(open(file("a.md", "words"))).rejects.toThrow("no table of images");
  });
});

test("rows are the same however the file is cut into pieces and whatever ends its lines", async () => {
  const field = fc.stringMatching(/^[a-z0-9]{0,3}$/);
  const row = fc.array(field, { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 6 }),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.integer({ min: 1, max: 5 }),
      async (rows, lineEnd, size) => {
        const text = rows.map((fields) => fields.join(",")).join(lineEnd);
        const bytes = strToU8(text);
        const blob = new Blob([bytes]);
        blob.stream = () =>
          new ReadableStream({
            start(controller) {
              for (let at = 0; at < bytes.length; at += size)
                controller.enqueue(bytes.slice(at, at + size));
              controller.close();
            },
          });
        const read: (readonly string[])[] = [];
        for await (const { fields } of csvRows({ path: "a.csv", file: blob })) read.push(fields);
        expect(read).toEqual(rows.filter((fields) => fields.some((each) => each !== "")));
      },
    ),
    { numRuns: 200 },
  );
});

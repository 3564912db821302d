import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { folderClasses } from "./folderClasses.ts";
import { MAX_CLASSES } from "./labels.ts";
import { namedImage } from "./madeFiles.ts";
import { tidyPath } from "./paths.ts";

const layoutOf = (...paths: readonly string[]) =>
  folderClasses(
    paths.map((path) => namedImage(tidyPath(path))),
    new Set(),
    [],
  );

/** Creates class folders with two images each. */
const classFolders = (folder: string, ...names: readonly string[]) =>
  names.flatMap((name) => [`${folder}${name}/1.png`, `${folder}${name}/2.png`]);

describe("a folder's name", () => {
  const CLASSES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["among classes", classFolders("vehicles/", "bus", "car", "train"), ["bus", "car", "train"]],
    ["of all classes", classFolders("", "train", "test"), ["test", "train"]],
    ["of the folder above", classFolders("test/", "cat", "dog"), ["cat", "dog"]],
    ["of all folders above", classFolders("test/train/val/", "cat", "dog"), ["cat", "dog"]],
    [
      "of a class with folders of its own",
      [...classFolders("vehicles/", "bus"), ...classFolders("vehicles/train/", "steam", "diesel")],
      ["bus", "train"],
    ],
    [
      "of classes within parts",
      [...classFolders("train/", "train", "test"), ...classFolders("test/", "train", "test")],
      ["test", "train"],
    ],
    [
      "beside classes with the same folders",
      ["train", "test", "exam"].flatMap((name) => classFolders(`${name}/`, "2020", "2021")),
      ["exam", "test", "train"],
    ],
  ];
  test.each(CLASSES)("%s is a class", (_name, paths, classes) => {
    const layout = layoutOf(...paths);
    expect(layout.classes).toEqual(classes);
    expect(layout.leftOut).toEqual([]);
  });

  const PARTS: readonly (readonly [string, readonly string[], readonly number[]])[] = [
    [
      "beside another",
      [...classFolders("a/b/Train/", "cat", "dog"), "a/b/VAL/cat/1.png"],
      [4, 1, 0],
    ],
    [
      "with another spelling",
      [...classFolders("training_set/", "cat", "dog"), "test_set/cat/1.png", "valid/dog/1.png"],
      [4, 1, 1],
    ],
    [
      "that a zip repeats",
      [...classFolders("train/train/", "cat", "dog"), "test/test/cat/1.png"],
      [4, 0, 1],
    ],
    [
      "whose test pictures have no classes",
      [...classFolders("train/", "cat", "dog"), "test/1.png", "test/2.png"],
      [4, 0, 0],
    ],
    [
      "beside a folder of neither",
      [...classFolders("train/", "cat", "dog"), "test/cat/1.png", "unlabelled/1.png"],
      [4, 0, 1],
    ],
    [
      "with one class, which holds folders",
      [...classFolders("train/", "cat", "dog"), "test/cat/a/1.png", "test/cat/b/1.png"],
      [4, 0, 2],
    ],
    [
      "with classes in other letters",
      [...classFolders("train/", "Caf\u00e9", "dog"), "test/Cafe\u0301/1.png", "test/DOG/1.png"],
      [4, 0, 2],
    ],
  ];
  test.each(PARTS)("is a part %s", (_name, paths, sizes) => {
    const { classes, parts } = layoutOf(...paths);
    expect(classes).toHaveLength(2);
    const { train, validation, test: tested } = parts;
    expect([train, validation, tested].map((part) => part?.images.length ?? 0)).toEqual(sizes);
  });

  test("too few or too many classes are told by what was found", () => {
    expect(() => layoutOf("only/1.png", "only/2.png")).toThrow(
      "found one class folder, only; two are needed",
    );
    expect(() => layoutOf("a/b/bus/1.png", "a/b/bus/2.png")).toThrow("one class folder, bus;");
    expect(() => layoutOf("1.png", "2.png")).toThrow(
      "found no class folder; two are needed; got 2 pictures lie in no folder.",
    );
    const names = Array.from({ length: MAX_CLASSES + 1 }, (_, at) => `class ${at}`);
    expect(layoutOf(...classFolders("", ...names.slice(1))).classes).toHaveLength(MAX_CLASSES);
    expect(() => layoutOf(...classFolders("", ...names))).toThrow(
      `expected ${MAX_CLASSES} class folders or fewer, got ${MAX_CLASSES + 1}, among them class 0,`,
    );
  });
});

const TRAIN_NAMES = ["train", "Training", "TRAIN", "training_set"];
const OTHER_NAMES = ["val", "Validation", "valid", "test", "TESTING", "test-set"];
const name = fc.oneof(
  fc.constantFrom("cat", "dog", "Ärger", "class 7", "..a", "naïve", "日本", "train 2"),
  fc.constantFrom("train", "test", "val", "validation", "testing", "Training"),
);
const separator = fc.constantFrom("/", "\\", "//", "/./", "\\.\\");
const start = fc.constantFrom("", "/", "./", ".\\", "C:\\", "d:/", "\\\\server\\share\\");

test("the classes found are those that were put in, whatever lies above and between", () => {
  const layouts = fc.record({
    start,
    above: fc.array(name, { maxLength: 3 }),
    classes: fc.uniqueArray(name, {
      minLength: 2,
      maxLength: 6,
      selector: (one) => one.toLowerCase(),
    }),
    parts: fc.option(fc.tuple(fc.constantFrom(...TRAIN_NAMES), fc.constantFrom(...OTHER_NAMES))),
    separators: fc.array(separator, { minLength: 1, maxLength: 5 }),
    form: fc.constantFrom("NFC", "NFD"),
    extension: fc.constantFrom(".png", ".JPG", ".jfif", ""),
  });
  fc.assert(
    fc.property(layouts, (layout) => {
      const { above, classes, parts, separators, extension } = layout;
      let at = 0;
      const joined = (names: readonly string[]) =>
        names.reduce((path, next) => {
          at += 1;
          return `${path}${separators[at % separators.length]}${next}`;
        });
      const paths = (parts ?? [undefined]).flatMap((part) =>
        classes.flatMap((own) =>
          ["1", "2"].map((file) => {
            const folders = [...above, ...(part === undefined ? [] : [part]), own];
            return `${layout.start}${joined([...folders, `${file}${extension}`])}`;
          }),
        ),
      );
      const found = layoutOf(...paths.map((path) => path.normalize(layout.form)));
      expect(found.classes).toEqual([...classes].map((own) => own.normalize()).sort(byCodeUnits));
      expect(found.leftOut).toEqual([]);
      expect(found.parts.train.images).toHaveLength(2 * classes.length);
      const others = [found.parts.validation, found.parts.test];
      expect(others.filter((part) => part !== undefined)).toHaveLength(parts === null ? 0 : 1);
    }),
    { numRuns: 300 },
  );
});

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : 1;
}

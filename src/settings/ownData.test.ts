import { expect, test } from "vitest";
import { type OwnDataSet, ownDataSetOf } from "./ownData.ts";

const ARRAYS = ["a/X_train.npy", "a/y_train.npy", "a/X_test.npy", "a/Y_TEST.NPY"];
const MNIST = ["train", "t10k"].flatMap((part) => [
  `${part}-images-idx3-ubyte.gz`,
  `${part}-labels.idx1-ubyte`,
]);

const CASES: readonly (readonly [
  string,
  OwnDataSet | undefined,
  readonly string[],
  OwnDataSet | undefined,
])[] = [
  ["arrays", "arrays", ARRAYS, undefined],
  ["arrays beside a picture of them", "arrays", [...ARRAYS, "faces.png"], undefined],
  ["an .npz", "arrays", ["mnist.npz", "README"], undefined],
  ["some of the arrays", "arrays", ARRAYS.slice(1), undefined],
  ["the files of MNIST", "mnist", [...MNIST, "README.md"], undefined],
  ["pictures", "images", ["cat/1.JFIF", "dog/2.webp"], undefined],
  ["pictures beside a stray array", "images", ["cat/1.jpg", "dog/2.jpg", "x.npy"], undefined],
  ["a zip", "images", ["pets.ZIP"], undefined],
  ["a zip where arrays are chosen", "arrays", ["fer.zip"], "arrays"],
  ["pictures where arrays are chosen", "images", ["cat/1.jpg"], "arrays"],
  [
    "pictures beside four arrays, where pictures are chosen",
    "images",
    [...ARRAYS, "a.png"],
    "images",
  ],
  ["a table", "csv", ["fer2013.csv.gz", "README"], undefined],
  ["pictures with a table about them", "images", ["cat/1.jpg", "labels.csv"], undefined],
  ["words", undefined, ["notes.txt"], "images"],
];

test.each(CASES)("%s make the data set %s", (_name, kind, paths, wanted) => {
  expect(ownDataSetOf(paths, wanted)).toBe(kind);
});

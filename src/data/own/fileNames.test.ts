import { describe, expect, test } from "vitest";
import { classesInNames } from "./fileNames.ts";
import { namedImage } from "./madeFiles.ts";

const pathsOf = (...paths: string[]) =>
  classesInNames(paths.map(namedImage))?.map(({ path }) => path.split("/").slice(0, -1).join("/"));

describe("classes in the names of files", () => {
  test.each([
    ["dots", ["cup.1.jpg", "cup.12.jpg", "fork.1.jpg", "fork.2.jpg"]],
    ["underscores", ["cup_1.jpg", "Cup_2.jpg", "fork_001.jpg", "fork_002.jpg"]],
    ["nothing", ["cup1.jpg", "cup2.jpg", "fork1.png", "fork2.png"]],
    ["brackets", ["cup (1).jpg", "cup (2).jpg", "fork (1).jpg", "fork-2.jpg"]],
  ])("are found before a number, separated by %s", (_how, names) => {
    expect(pathsOf(...names)).toEqual(["cup", "cup", "fork", "fork"]);
  });

  test("are found in a wrapping folder, and in the parts of a data set", () => {
    expect(pathsOf("all/cup.1.jpg", "all/cup.2.jpg", "all/fork.1.jpg", "all/fork.2.jpg")).toEqual([
      ...["all/cup", "all/cup", "all/fork", "all/fork"],
    ]);
    const train = ["cat.0.jpg", "cat.1.jpg", "dog.0.jpg", "dog.1.jpg"].map(
      (name) => `train/${name}`,
    );
    expect(pathsOf(...train, "test/1.jpg", "test/cat.7.jpg")).toEqual([
      ...["train/cat", "train/cat", "train/dog", "train/dog", "test", "test/cat"],
    ]);
  });

  test.each([
    ["there are class folders", ["cup/a.1.jpg", "cup/a.2.jpg", "fork/b.1.jpg", "fork/b.2.jpg"]],
    ["a camera named them", ["IMG_1.jpg", "IMG_2.jpg", "DSC_1.jpg", "DSC_2.jpg"]],
    ["they are numbers", ["1.jpg", "2.jpg", "3.jpg", "4.jpg"]],
    ["each occurs once", ["cup1.jpg", "fork1.jpg", "knife1.jpg"]],
    ["there is one", ["cup1.jpg", "cup2.jpg"]],
    ["one has none", ["cup1.jpg", "cup2.jpg", "fork1.jpg", "fork2.jpg", "readme.jpg"]],
    [
      "the folders are validation and test",
      ["val/a1.jpg", "val/a2.jpg", "test/b1.jpg", "test/b2.jpg"],
    ],
  ])("are none where %s", (_why, names) => {
    expect(pathsOf(...names)).toBeUndefined();
  });
});

import { expect, test } from "vitest";
import { openImageFolders } from "../../../../data/own/imageFolders.ts";
import { filesOf, lackOf, type PictureClass } from "./pictureClasses.ts";

const taken = (name: string, numPictures: number): PictureClass => ({
  id: 1,
  name,
  pictures: Array.from({ length: numPictures }, (_, id) => ({
    ...{ id, address: "" },
    blob: new Blob([`${name} ${id}`], { type: id % 2 === 0 ? "image/jpeg" : "image/png" }),
  })),
});

test("the pictures are read as a folder of pictures, whatever the classes are called", async () => {
  const classes = [taken("test", 10), taken("a/b ", 5), taken("Train", 2)];
  expect(lackOf(classes)).toBeNull();
  const files = filesOf(classes);
  expect(files.map(({ path }) => path).slice(0, 2)).toEqual([
    "train/test/0001.png",
    "train/test/0002.jpg",
  ]);
  const decode = async () => ({ height: 4, width: 4, pixels: new Uint8Array(8 * 8 * 3) });
  const options = { inputSize: 8, seed: 1, ownValidationShare: 20, ownTestShare: 0 };
  const data = await openImageFolders(files, { ...options, decode, checkAll: false });
  expect(data.classes).toEqual(["Train", "a-b", "test"]);
  expect(data.train.labels.length).toBe(1 + 4 + 8);
  expect(data.test.labels.length).toBe(1 + 1 + 2);
});

test.each([
  ["Two classes are needed.", [taken("cup", 9)]],
  ["Give every class a name.", [taken("cup", 2), taken(" ", 2)]],
  ["Two classes are named Cup.", [taken("cup", 2), taken("Cup", 2)]],
  ["pen needs 2 pictures or more.", [taken("cup", 2), taken("pen", 1)]],
])("%s", (lack, classes) => {
  expect(lackOf(classes)).toBe(lack);
});

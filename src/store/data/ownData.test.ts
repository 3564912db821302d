import { describe, expect, test } from "vitest";
import type { DataSetDescription } from "../../core/dataSet.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import {
  noOwnData,
  ownDataAfter,
  ownDataCancelled,
  ownDataProblem,
  readingOwnData,
} from "./ownData.ts";

const files = (name: string): readonly OwnFile[] => [{ path: name, file: new File(["x"], name) }];
const description: DataSetDescription = {
  id: "arrays",
  title: "Arrays",
  classes: ["class 0", "class 1"],
  numTrain: 4,
  numTest: 2,
  height: 2,
  width: 2,
  channels: 1,
  sizeBytes: 9,
  numShards: 4,
  fallbackReason: "",
  own: { files: [], notes: [], trainCounts: [2, 2], testCounts: [1, 1] },
};
const error = { code: "file.invalid", message: "X_train.npy: wrong.", context: {} } as const;
const described: WorkerEvent = {
  type: "ownData.described",
  requestId: "look",
  dataSet: description,
};

describe("a person's files", () => {
  test("count once they have been looked into, and are kept by kind", () => {
    const reading = readingOwnData(noOwnData(), "look", "arrays", files("X_train.npy"));
    expect(reading.chosen.arrays).toBeUndefined();
    const going = ownDataAfter(reading, {
      type: "ownData.progressed",
      requestId: "look",
      task: "Reading",
      share: 0.5,
    });
    expect(going.reading).toMatchObject({ kind: "arrays", task: "Reading", share: 0.5 });
    const read = ownDataAfter(going, described);
    expect([read.chosen.arrays?.description, read.reading]).toEqual([description, null]);
    const zip = ownDataAfter(readingOwnData(read, "look", "images", files("pets.zip")), described);
    expect(Object.keys(zip.chosen)).toEqual(["arrays", "images"]);
  });

  test("that a look left out are handed to no run", () => {
    const own = [...files("a.txt"), ...files("pets.zip"), ...files("cat/1.png")];
    const leftOut = [
      { path: "a.txt" },
      { path: "pets.zip", entry: "cat/2.png" },
      { path: "pets.zip", entry: "notes.txt" },
    ];
    const read = ownDataAfter(readingOwnData(noOwnData(), "look", "images", own), {
      ...described,
      leftOut,
    });
    expect(read.chosen.images?.files).toMatchObject([
      { path: "pets.zip", without: ["cat/2.png", "notes.txt"] },
      { path: "cat/1.png" },
    ]);
  });

  test("that are wrong or given up leave the good ones before them", () => {
    const good = ownDataAfter(
      readingOwnData(noOwnData(), "look", "arrays", files("good.npy")),
      described,
    );
    const again = readingOwnData(good, "look", "arrays", files("bad.npy"));
    const failed = ownDataAfter(again, { type: "ownData.failed", requestId: "look", error });
    expect(failed).toEqual({ ...good, problem: { kind: "arrays", error } });
    expect(ownDataCancelled(again)).toEqual(good);
    expect(ownDataAfter(failed, described), "nobody waits for this").toBe(failed);
    const mended = readingOwnData(failed, "look", "arrays", files("good.npy"));
    expect(mended.problem, "a new attempt takes the old complaint away").toBeNull();
    expect(ownDataProblem(good, "images", error).chosen).toBe(good.chosen);
  });
});

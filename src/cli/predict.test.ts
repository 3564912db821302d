import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode as encodeJpeg } from "jpeg-js";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { keepCheckpoint } from "../checkpoint/checkpointStore.ts";
import { trainedCheckpoint } from "../checkpoint/trainedCheckpoint.ts";
import { npyBytes } from "../core/npy.ts";
import { toOnnxModel } from "../interop/onnx/onnxModel.ts";
import { trainedWeights } from "../interop/testing/savedNetworks.ts";
import { createBuilder } from "../network/networks/builder.ts";
import { parseEvent } from "../protocol/events.ts";
import { openModelAt } from "./modelOnDisk.ts";
import { predictCommand } from "./predict.ts";
import { decodePicture } from "./prediction/decodePicture.ts";
import { guessScale, scaled } from "./prediction/pictureScale.ts";
import { checkpointFolder } from "./training/checkpointFolder.ts";

const FIXTURES = fileURLToPath(new URL("../interop/fixtures/", import.meta.url));
let folder = "";
let said = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "predict-"));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function predict(...args: string[]): Promise<void> {
  said = "";
  await predictCommand().parseAsync([...args, "--engine", "reference"], { from: "user" });
}

/** Returns the rows of a table without its first line and first column. */
async function tableIn(path: string): Promise<{ names: string[]; rows: number[][] }> {
  const lines = (await readFile(path, "utf8")).trim().split(/\r?\n/).slice(1);
  const cells = lines.map((line) => line.split(","));
  return {
    names: cells.map(([name = ""]) => name),
    rows: cells.map(([, ...values]) => values.map(Number)),
  };
}

/** Pixels that differ from each other: `[height, width, 4]` with alpha 255. */
function pattern(height: number, width: number): Buffer {
  return Buffer.from(
    Array.from({ length: height * width * 4 }, (_, at) => (at % 4 === 3 ? 255 : (at * 37) % 251)),
  );
}

function png(height: number, width: number, data = pattern(height, width)): Buffer {
  return PNG.sync.write(Object.assign(new PNG({ width, height }), { data }));
}

describe("predict", () => {
  test("a folder of pictures gives the rows that their bytes as an array give", async () => {
    const pictures = join(folder, "pictures");
    await mkdir(join(pictures, "deeper"), { recursive: true });
    await writeFile(join(pictures, "a.png"), png(9, 8));
    await writeFile(join(pictures, "deeper", "b.png"), png(18, 16));
    await writeFile(join(pictures, "broken.png"), png(9, 8).subarray(0, 60));
    await writeFile(join(pictures, "note.txt"), "no picture");
    const model = join(FIXTURES, "sequential.keras3.keras");
    const [table, array] = [join(folder, "out.csv"), join(folder, "out.npy")];
    await predict(model, pictures, "--out", table);
    expect(said).toContain("taken as 0..255: the model scales its input itself");
    expect(said).toMatch(/left out: broken[.]png/);
    expect(said).toMatch(/left out: note[.]txt/);
    const { names, rows } = await tableIn(table);
    expect(names).toEqual(["a.png", join("deeper", "b.png")]);

    const bytes = decodePicture(png(9, 8), 9, 8);
    const input = npyBytes({ shape: [1, 9, 8, 3], values: Float32Array.from(bytes) });
    await writeFile(join(folder, "x.npy"), input);
    await predict(model, join(folder, "x.npy"), "--out", array);
    const values = new Float32Array((await readFile(array)).buffer.slice(-16));
    expect(rows[0]).toEqual([...values].map((value) => Number(String(value))));
  });

  test("a scale is refused for an array, and a scale that does not exist everywhere", async () => {
    const model = join(FIXTURES, "sequential.keras3.keras");
    const input = join(folder, "x.npy");
    await expect(predict(model, input, "--scale", "0..1")).rejects.toMatchObject({
      code: "command.invalid",
    });
    const out = join(folder, "refused.csv");
    await expect(predict(model, folder, "--scale", "0..2", "--out", out)).rejects.toMatchObject({
      code: "command.invalid",
    });
    await expect(predict(model, join(folder, "none"), "--out", out)).rejects.toThrow();
    expect(await readdir(folder)).not.toContain("refused.csv");
  });

  test("reads what train wrote: a folder of models, or its checkpoints alone", async () => {
    const out = join(folder, "trained");
    const smallest = smallNetwork();
    await mkdir(out);
    await keepCheckpoint(checkpointFolder(join(out, "checkpoints")), preparedCheckpoint());
    const kept = await openModelAt(out);
    expect(kept).toMatchObject({ classes: CLASSES, preparation: "standardize" });
    expect(guessScale(kept).scale).toBe("standardized");
    const settings = { preparation: "symmetric" };
    const metadata = { settings, classes: ["x", "y"] };
    const details = { preparation: "", metadata };
    await writeFile(
      join(out, "model.onnx"),
      toOnnxModel(smallest, trainedWeights(smallest), details),
    );
    const model = await openModelAt(out);
    expect(model).toMatchObject({ classes: ["x", "y"], preparation: "symmetric" });
    expect(guessScale(model)).toEqual({ scale: "-1..1", why: "the file says so" });
  });

  test("class names come from Teachable Machine's files beside the model", async () => {
    const out = join(folder, "teachable");
    await mkdir(out);
    const model = await readFile(join(FIXTURES, "sequential.keras2.h5"));
    await writeFile(join(out, "keras_model.h5"), model);
    await writeFile(join(out, "labels.txt"), "0 cup\n1 my spoon\n2 fork\n3 knife\n");
    const names = ["cup", "my spoon", "fork", "knife"];
    expect((await openModelAt(join(out, "keras_model.h5"))).classes).toEqual(names);
  });
});

function smallNetwork() {
  const net = createBuilder("small");
  net.dense(net.flatten(net.input("input", [4, 4, 1]), "flat"), "classes", 2, "softmax");
  return net.finish();
}

const CLASSES = Array.from({ length: 10 }, (_, at) => `class ${at}`);

function preparedCheckpoint() {
  const made = trainedCheckpoint("a");
  const dataSet = {
    ...{ id: "starter", title: "t", classes: CLASSES, height: 28, width: 28, channels: 1 },
    ...{ numTrain: 1, numTest: 1, sizeBytes: 1, numShards: 1, fallbackReason: "" },
  };
  const event = parseEvent({
    ...{ type: "run.prepared", runId: "a", stepsPerEpoch: 1, totalSteps: 7, numTrain: 1 },
    ...{ numValidation: 0, batchSize: 1, dataSet, notes: [] },
  });
  const lanes = made.lanes.map((lane) => ({
    ...lane,
    history: { ...lane.history, events: [event] },
  }));
  return { ...made, lanes };
}

describe("a picture in the terminal", () => {
  test("is turned as its EXIF orientation says", () => {
    // One row of three pixels, of which each is a block that JPEG does not blur.
    const data = Buffer.alloc(8 * 24 * 4, 255);
    for (let at = 0; at < 8 * 24; at += 1)
      data.fill([0, 120, 240][Math.floor((at % 24) / 8)] ?? 0, 4 * at, 4 * at + 3);
    const plain = encodeJpeg({ width: 24, height: 8, data }, 95).data;
    const reds = (orientation: number, height: number, width: number) =>
      [...decodePicture(withOrientation(plain, orientation), height, width)]
        .filter((_, at) => at % 3 === 0)
        .map((value) => 10 * Math.round(value / 10));
    expect(reds(1, 1, 3)).toEqual([0, 120, 240]);
    expect(reds(2, 1, 3)).toEqual([240, 120, 0]);
    expect(reds(6, 3, 1)).toEqual([0, 120, 240]);
    expect(reds(8, 3, 1)).toEqual([240, 120, 0]);
  });

  test("is black where it is transparent", () => {
    const clear = png(1, 1, Buffer.from([200, 100, 50, 0]));
    expect([...decodePicture(clear, 1, 1)]).toEqual([0, 0, 0]);
  });

  test.each([
    ["0..255", [10, 20, 30]],
    ["0..1", [10 / 255, 20 / 255, 30 / 255]],
    ["-1..1", [10 / 127.5 - 1, 20 / 127.5 - 1, 30 / 127.5 - 1]],
    ["standardized", [-Math.sqrt(1.5), 0, Math.sqrt(1.5)]],
    ["caffe", [30 - 103.939, 20 - 116.779, 10 - 123.68]],
    ["torch", [(10 - 123.675) / 58.395, (20 - 116.28) / 57.12, (30 - 103.53) / 57.375]],
  ] as const)("is scaled as %s", (scale, wanted) => {
    const got = scaled(Uint8Array.of(10, 20, 30), 3, scale);
    for (const [at, value] of wanted.entries()) expect(got[at]).toBeCloseTo(value, 4);
  });
});

/** Puts a segment with the tag after the first marker. */
function withOrientation(jpeg: Buffer, orientation: number): Uint8Array {
  const tiff = [
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    1,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
  ];
  const exif = [...Buffer.from("Exif\0\0", "latin1"), ...tiff, 0, 0, 0, 0];
  const segment = Buffer.from([0xff, 0xe1, 0, exif.length + 2, ...exif]);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

import { describe, expect, test } from "vitest";
import { openModel } from "./openModel.ts";
import { fileOf } from "./testing/modelFiles.ts";
import { zipFiles } from "./zipFiles.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
/** An unsigned number of eight bytes, then text, as safetensors begins. */
const SAFETENSORS = Uint8Array.from([9, 0, 0, 0, 0, 0, 0, 0, ...bytes('{"a":{}}')]);
const PICKLE = Uint8Array.from([0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x8c]);
const OLD_TORCH = Uint8Array.from([
  0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
]);
const PROTOBUF = Uint8Array.from([8, 1, 18, 4]);
const TFLITE = Uint8Array.from([28, 0, 0, 0, ...bytes("TFL3"), 0, 0]);
const LFS = bytes("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4\n");

const CASES: readonly (readonly [path: string, Uint8Array, got: RegExp, remedy: RegExp])[] = [
  ["saved_model/saved_model.pb", PROTOBUF, /SavedModel/, /tf2onnx[.]convert --saved-model/],
  ["saved_model/variables/variables.index", PROTOBUF, /SavedModel/, /tf2onnx/],
  ["frozen.pb", PROTOBUF, /frozen graph/, /--graphdef/],
  ["net.tflite", TFLITE, /TensorFlow Lite/, /--tflite/],
  ["net.onnx", TFLITE, /TensorFlow Lite/, /--tflite/],
  ["model.ckpt-100.index", PROTOBUF, /checkpoint of TensorFlow/, /save/],
  ["net.pth", PICKLE, /PyTorch/, /torch[.]onnx[.]export/],
  ["net.bin", OLD_TORCH, /PyTorch/, /torch[.]onnx[.]export/],
  ["model.safetensors", SAFETENSORS, /safetensors/, /torch[.]onnx[.]export/],
  ["model.joblib", bytes("x"), /pickle/, /own program/],
  ["model.h5", PICKLE, /pickle/, /own program/],
  ["model.mlmodel", PROTOBUF, /Core ML/, /ONNX/],
  [
    "model.onnx",
    bytes("<!DOCTYPE html>\n<title>404</title>"),
    /web page/,
    /Download the file itself/,
  ],
  ["model.onnx", LFS, /Git LFS pointer/, /git lfs pull/],
  ["model.keras", LFS, /Git LFS pointer/, /git lfs pull/],
  ["model.h5", new Uint8Array(), /empty/, /saved to/],
];

describe("what is no model that is read here is named, with a way to convert it", () => {
  test.each(CASES)("%s: %#", async (path, head, got, remedy) => {
    const error: unknown = await openModel([fileOf(path, head)]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "file.invalid",
      context: expect.objectContaining({ where: path }),
      message: expect.stringMatching(got),
    });
    expect(error).toMatchObject({ message: expect.stringMatching(remedy) });
  });

  test("a zip of PyTorch, by the files in it", async () => {
    const zip = await zipFiles([
      ["archive/data.pkl", PICKLE],
      ["archive/data/0", new Uint8Array(8)],
    ]);
    await expect(openModel([fileOf("best.bin", zip)])).rejects.toThrow(/best[.]bin: .*PyTorch/s);
  });

  test("a SavedModel in a zip", async () => {
    const zip = await zipFiles([["export/saved_model.pb", PROTOBUF]]);
    await expect(openModel([fileOf("export.zip", zip)])).rejects.toThrow(/SavedModel/);
  });
});

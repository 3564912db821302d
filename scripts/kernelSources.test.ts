import { describe, expect, test } from "vitest";
import { kernelSources } from "./kernelSources.ts";

describe("the generated part of the kernels", () => {
  const calls = kernelSources().get("calls.ts") ?? "";

  test("reads each argument at its offset behind the header of 20 bytes, as its own type", () => {
    const start = calls.indexOf("class SgdCall extends Call");
    const source = calls.slice(start, calls.indexOf("@unmanaged", start));
    expect(source).toContain(
      "get weights(): usize {\n    return load<usize>(changetype<usize>(this), 20);",
    );
    expect(source).toContain(
      "get numbers(): NumberRange {\n    return changetype<NumberRange>(changetype<usize>(this) + 28);",
    );
    expect(source).toContain(
      "get learningRate(): usize {\n    return load<usize>(changetype<usize>(this), 36);",
    );
    expect(source).toContain(
      "constants(index: i32): f32 {\n    return load<f32>(changetype<usize>(this) + 56 + <usize>index * 4, 0);",
    );
  });

  test("reads the elements of a list by their place", () => {
    expect(calls).toContain(
      "terms(index: i32): Operand {\n    return changetype<Operand>(changetype<usize>(this) + 72 + <usize>index * 16 + 0);",
    );
  });

  test("names the words of a choice in the order of their numbers", () => {
    expect(calls).toContain(
      "export const enum WeightsOrder {\n  asStored,\n  transposed,\n  turned,\n}",
    );
  });

  test("calls each kernel with its own type of record", () => {
    const dispatch = kernelSources().get("dispatch.ts") ?? "";
    expect(dispatch).toContain('import { adam } from "../generated/optimizers";');
    expect(dispatch).toContain("adam(changetype<AdamCall>(call), chunk, scratch);");
  });
});

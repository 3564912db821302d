import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { buildXception } from "../network/networks/xception.ts";
import { paperSettings } from "../settings/recipes/paper.ts";
import { goldenGraph } from "./goldenSpec.ts";
import { modelGoldenSchema, verifyModel } from "./verifyModel.ts";

const folder = join(import.meta.dirname, "../../goldens/models");
const golden = (name: string) =>
  v.parse(modelGoldenSchema, JSON.parse(readFileSync(join(folder, name), "utf8")));

describe("networks against real Keras", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));

  test("there are goldens to compare with", () => {
    expect(files.length).toBeGreaterThanOrEqual(15);
  });

  test.each(files)("%s: every layer has Keras' name, type, shape, count and inputs", (file) => {
    const model = golden(file);
    const verdict = verifyModel(model, goldenGraph(model.spec));
    expect(verdict.summary).toContain("all equal");
    expect(verdict.status).toBe("passed");
  });

  test("the paper has 22,855,952 trainable parameters of 22,910,480", () => {
    const paper = golden("r2-paper.json");
    expect([paper.trainable, paper.total]).toEqual([22_855_952, 22_910_480]);
  });

  test("a network with another width fails, and the verdict names layers", () => {
    const verdict = verifyModel(
      golden("r2-paper.json"),
      buildXception({ ...paperSettings, width: 0.5 }),
    );
    expect(verdict.status).toBe("failed");
    expect(verdict.summary).toContain("block1_conv1: shape is 149x149x16, Keras has 149x149x32");
  });

  test("unknown settings in a golden are refused, not ignored", () => {
    expect(() => goldenGraph({ size: 94, colour: "red" })).toThrow(/settings are not understood/);
  });
});

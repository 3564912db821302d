import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { append } from "../../core/numbers.ts";
import type { RunData } from "../../train/data/runData.ts";
import { modelToTrain, requireSameClasses } from "./modelToTrain.ts";
import { trainInTerminal } from "./trainInTerminal.ts";
import { readTrainingRequest } from "./trainingRequest.ts";

const FIXTURES = fileURLToPath(new URL("../../interop/fixtures/", import.meta.url));
const SMALL = "--set dataSet=starter --set holdOut=0 --set batchSize=8 --engine wasm".split(" ");
const opened = (name: string) => modelToTrain(`${FIXTURES}${name}`, () => {});

describe("train --model", () => {
  test("tries the preparations of a file that names none, and goes on from its weights", async () => {
    const model = await opened("stranger.keras3.keras");
    const args = [...SMALL, "--steps", "2", "--test-images", "100"];
    const request = readTrainingRequest(args, { model });
    expect(request).toMatchObject({ recipe: "one-minute", outFolder: "trained/stranger.keras3" });
    const said: string[] = [];
    const outcome = await trainInTerminal(request, {
      onEvent: (event) => {
        if (event.type === "run.prepared") append(said, event.notes);
      },
      say: (line) => said.push(line),
    });
    if (outcome.kind === "failed") throw new Error(outcome.error.message);
    expect(outcome.files.network.settings.preparation).toBe("unit");
    expect(outcome.result.testAccuracy).toBeGreaterThan(0.4);
    expect(said.join("\n")).toMatch(/preparation=symmetric {2}\d/);
    expect(said.join("\n")).toContain("3 of 3 layers with weights match");
  });

  test("another number of classes is refused, unless the last layer is new", async () => {
    const stranger = await opened("stranger.keras3.keras");
    const classes = ["a", "b", "c"];
    const description: RunData["description"] = {
      ...{ title: "", classes, numTrain: 1, numTest: 1, height: 1, width: 1, sizeBytes: 1 },
      ...{ id: "arrays", channels: 1, numShards: 1, fallbackReason: "" },
    };
    const refused = () => requireSameClasses(stranger, { description }, false);
    expect(refused).toThrow(expect.objectContaining({ code: "setting.invalid" }));
    expect(refused).toThrow(/expected 10 classes, got 3 .*--new-head/);
    expect(() => requireSameClasses(stranger, { description }, true)).not.toThrow();
  });

  test("a model that is cut off trains its new head, and its frozen layers keep every bit", async () => {
    const model = await opened("stranger.keras3.keras");
    const cut = "--cut leaky --head flatten --freeze leaky --steps 2 --no-test".split(" ");
    const request = readTrainingRequest([...SMALL, ...cut], { model });
    expect(request.settings).toMatchObject({ frozenLayers: 4, preparation: "standardize" });
    const outcome = await trainInTerminal(request, { onEvent: () => {} });
    if (outcome.kind === "failed") throw new Error(outcome.error.message);
    const { weights } = outcome.files.network;
    expect(weights.get("head_classes/kernel")?.length).toBe(7 * 7 * 16 * 10);
    for (const path of ["first/kernel", "second/pointwise_kernel"])
      expect(weights.get(path)).toEqual(model.weights?.weights.get(path));
  });

  test("what takes no square images is refused", async () => {
    await expect(opened("shapes.keras3.keras")).rejects.toMatchObject({ code: "file.invalid" });
    await expect(opened("nested.keras3.keras")).rejects.toThrow(/squares of 28 to 299 pixels/);
  });
});

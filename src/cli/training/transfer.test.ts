import { expect, test } from "vitest";
import { readBaseFromDisk } from "./dataOnDisk.ts";
import { type TrainingOutcome, trainInTerminal } from "./trainInTerminal.ts";
import { readTrainingRequest } from "./trainingRequest.ts";

type Trained = Extract<TrainingOutcome, { kind: "trained" }>;

async function trained(...more: string[]): Promise<Trained> {
  const small = ["transfer", "--set", "inputSize=48", "--set", "holdOut=0", "--steps", "12"];
  const data = ["--set", "dataSet=starter", "--set", "learningRate=0.002", "--engine", "wasm"];
  const request = readTrainingRequest([...small, ...data, ...more]);
  const outcome = await trainInTerminal(request, { onEvent: () => {} });
  if (outcome.kind === "failed") throw new Error(outcome.error.message);
  return outcome;
}

test("twelve steps of a new head on the base are worth more than twelve of everything without it", async () => {
  const withBase = await trained();
  const without = await trained("--set", "base=none", "--set", "frozenLayers=0");
  expect(withBase.result.testAccuracy).toBeGreaterThan((without.result.testAccuracy ?? 1) + 0.3);

  const base = await readBaseFromDisk("fashion-mnist");
  const unchanged = [...withBase.files.network.weights].filter(([path, values]) =>
    base.get(path)?.every((value, at) => value === values[at]),
  );
  const frozen = new Set(unchanged.map(([path]) => path.split("/")[0]));
  expect(frozen).toContain("block4_sepconv2_bn");
  expect(frozen).toContain("block5_sepconv1_bn");
  expect(frozen).not.toContain("block5_sepconv2");
});

test("a network that the base does not fit is refused before a step, with the layer", async () => {
  const request = readTrainingRequest([
    "transfer",
    "--set",
    "width=0.25",
    "--set",
    "dataSet=starter",
  ]);
  expect(await trainInTerminal(request, { onEvent: () => {} })).toMatchObject({
    kind: "failed",
    stepsDone: 0,
    error: { code: "setting.invalid", context: { setting: "base", layer: "block1_conv2" } },
  });
});

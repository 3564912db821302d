import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "train-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function train(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, ["--import", "tsx", "src/cli/main.ts", "train", ...args], {
    cwd: REPOSITORY,
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
}

describe("npm run train", () => {
  test("--json prints the result and nothing else on stdout, and writes the model", () => {
    const out = join(folder, "model");
    const { status, stdout, stderr } = train([
      ...["one-minute", "--steps", "2", "--json", "--out", out, "--set", "dataSet=starter"],
      ...["--test-images", "30"],
      ...["--set", "width=0.125", "--set", "batchSize=8", "--set", "holdOut=0"],
    ]);
    expect(stderr).toContain("Fashion-MNIST");
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ engine: "wasm", steps: 2, testImages: 30, stopped: false });
    expect(result.confusionMatrix.flat().reduce((a: number, b: number) => a + b)).toBe(30);
    expect(result).toMatchObject({ validationAccuracy: null, validationImages: 0 });
    const model = JSON.parse(readFileSync(join(out, "model.json"), "utf8"));
    expect(model.userDefinedMetadata).toMatchObject({
      ...{ settings: { width: 0.125 }, step: 2, validation: null },
      test: { accuracy: result.testAccuracy, numImages: 30 },
    });
    const numbers = model.weightsManifest[0].weights.reduce(
      (sum: number, { shape }: { shape: number[] }) =>
        sum + shape.reduce((product, side) => product * side, 1),
      0,
    );
    expect(statSync(join(out, "weights.bin")).size).toBe(4 * numbers);
    expect(readFileSync(join(out, "model.onnx")).includes("standardised by itself")).toBe(true);
  });

  test("a network that TensorFlow.js cannot read goes out as ONNX, and the reason is said", () => {
    const out = join(folder, "onnx-only");
    const options = ["--steps", "1", "--no-test", "--json", "--out", out, "--set", "batchSize=2"];
    const small = [
      "width=0.125",
      "middleRepeats=0",
      "inputSize=48",
      "dataSet=starter",
      "holdOut=0",
    ];
    const { status, stdout, stderr } = train([
      ...["paper-pytorch", ...options],
      ...small.flatMap((setting) => ["--set", setting]),
    ]);
    expect(stderr).toContain("As ONNX only.");
    expect(stderr).not.toMatch(/\b0 ms|NaN|Infinity/);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ testAccuracy: null, testImages: 0 });
    expect(existsSync(join(out, "model.onnx"))).toBe(true);
    expect(existsSync(join(out, "model.json"))).toBe(false);
  });

  test("without an adapter the error names what takes the software one", () => {
    const without = { WEBGPU_SOFTWARE: "", VK_DRIVER_FILES: "/none", VK_ICD_FILENAMES: "/none" };
    const { status, stderr } = train(
      ["one-minute", "--engine", "webgpu", "--set", "dataSet=starter", "--out", folder],
      without,
    );
    expect(stderr).toContain("WebGPU compiled: WebGPU in the terminal needs Dawn");
    expect(stderr).toContain("set WEBGPU_SOFTWARE=1");
    expect(status).toBe(2);
  });

  test("a folder that cannot be written is refused before anything is trained", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const { status, stderr } = train(["one-minute", "--out", join(file, "model")]);
    expect(status).toBe(2);
    expect(stderr).toContain("--out: the model cannot be written there");
    expect(stderr).not.toContain("Fashion-MNIST");
    expect(existsSync(join(file, "model"))).toBe(false);
  });
});

describe("npm run train that is killed", () => {
  test("goes on with --resume from its newest checkpoint, to the bit", async () => {
    const settings = [
      ...["--steps", "60", "--test-images", "20", "--keep-every", "0"],
      ...["width=0.125", "batchSize=4", "holdOut=40", "dataSet=starter", "middleRepeats=0"].flatMap(
        (setting) => ["--set", setting],
      ),
    ];
    const [calm, killed] = [join(folder, "calm"), join(folder, "killed")];
    expect(train(["one-minute", ...settings, "--out", calm]).status).toBe(0);

    const args = ["--import", "tsx", "src/cli/main.ts", "train", "one-minute", ...settings];
    const child = spawn(process.execPath, [...args, "--out", killed], { cwd: REPOSITORY });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const checkpoints = join(killed, "checkpoints");
    const kept = () =>
      existsSync(checkpoints)
        ? readdirSync(checkpoints).filter((name) => name.endsWith(".checkpoint")).length
        : 0;
    await expect.poll(kept, { timeout: 60_000, interval: 5 }).toBeGreaterThan(0);
    child.kill("SIGKILL");
    await ended;
    expect(existsSync(join(killed, "model.onnx"))).toBe(false);

    const resumed = train(["--resume", killed, "--test-images", "20", "--json"]);
    expect(resumed.stderr).toMatch(/Goes on with one-minute after step \d+ of 60\./);
    expect(resumed.status).toBe(0);
    const { history } = JSON.parse(resumed.stdout);
    expect(history.map(({ step }: { step: number }) => step)).toEqual(
      Array.from({ length: 60 }, (_, at) => at + 1),
    );
    for (const file of ["weights.bin", "history.csv"])
      expect(readFileSync(join(killed, file)).equals(readFileSync(join(calm, file)))).toBe(true);

    const again = train(["--resume", killed]);
    expect(again.stderr).toContain("its run is finished");
    expect(again.status).toBe(2);
  }, 120_000);
});

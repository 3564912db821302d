import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { readExperimentRequest } from "./experiment/experimentRequest.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "experiment-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function experiment(...args: string[]) {
  return spawnSync(
    process.execPath,
    ["--import", "tsx", "src/cli/main.ts", "experiment", ...args],
    {
      cwd: REPOSITORY,
      encoding: "utf8",
    },
  );
}

describe("npm run experiment", () => {
  test("--json prints every arm with its seeds, mean and spread, and --out writes the same", () => {
    const out = join(folder, "results", "figure9.json");
    const { status, stdout, stderr } = experiment(
      ...["residuals", "--seeds", "2", "--steps", "2", "--json", "--out", out],
      ...["--set", "dataSet=starter", "--set", "batchSize=8", "--set", "middleRepeats=0"],
      ...["--set", "holdOut=50", "--set", "threads=1"],
    );
    expect(stderr).toContain("Fashion-MNIST");
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toEqual(JSON.parse(readFileSync(out, "utf8")));
    expect(result).toMatchObject({
      name: "residuals",
      engine: "wasm",
      base: { middleRepeats: 0 },
    });
    const settings = result.arms.map((arm: { settings: unknown }) => arm.settings);
    expect(settings).toEqual([{}, { residual: false }]);
    for (const { seeds, mean, spread, failures } of result.arms) {
      expect(seeds).toMatchObject([
        { seed: 1, steps: 2 },
        { seed: 2, steps: 2 },
      ]);
      expect(failures).toEqual([]);
      const [one, two] = seeds.map(({ testAccuracy }: { testAccuracy: number }) => testAccuracy);
      expect(mean).toBeCloseTo((one + two) / 2, 12);
      expect(spread).toBeCloseTo(Math.abs(one - two) / Math.SQRT2, 12);
      expect(seeds[0].history.map(({ step }: { step: number }) => step)).toEqual([1, 2]);
    }
  }, 240_000);

  test.each([
    ["an unknown option", ["residuals", "--fast"], "command.invalid"],
    ["two experiments", ["residuals", "equal-parameters"], "command.invalid"],
    ["no seeds", ["residuals", "--seeds", "0"], "command.invalid"],
    ["steps that are no number", ["residuals", "--steps", "many"], "setting.invalid"],
    ["an unknown setting", ["residuals", "--set", "depth=3"], "setting.unknown"],
    ["an unknown experiment", ["figure-11"], "setting.invalid"],
    ["a seed, of which there are several", ["residuals", "--set", "seed=3"], "command.invalid"],
    ["what the arms set", ["residuals", "--set", "residual=off"], "command.invalid"],
  ])("%s is refused", (_name, args, code) => {
    expect(() => readExperimentRequest(args)).toThrow(expect.objectContaining({ code }));
  });
});

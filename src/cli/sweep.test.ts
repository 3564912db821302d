import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { networkCosts } from "../network/networkCosts.ts";
import { planSweep } from "../settings/sweeps/planSweep.ts";
import { readSweep } from "../settings/sweeps/readSweep.ts";
import { runCommandLine } from "./commandLine.ts";
import { createProgram } from "./program.ts";
import { openSweepFolder, type RunResult } from "./sweep/sweepFolder.ts";
import { assignmentsOf } from "./sweep/trainProcess.ts";
import { readTrainingRequest } from "./training/trainingRequest.ts";

const TINY = {
  version: 1,
  recipe: "one-minute",
  settings: {
    ...{ engine: "wasm", dataSet: "starter", batchSize: 8, holdOut: 50, shuffleBuffer: 1000 },
    ...{ budget: "steps", steps: 1, schedule: "constant" },
  },
  vary: {
    convolution: ["separable", "ordinary"],
    width: [0.125],
    intermediateActivation: ["none"],
  },
};
const RESULT: RunResult = {
  ...{ engine: "wasm", steps: 1, trainSeconds: 0.5, testAccuracy: 0.25, validationAccuracy: null },
};

function planned(file: unknown) {
  const { sweep } = readSweep(file);
  if (sweep === null) throw new Error("the file is wrong");
  return { sweep, ...planSweep(sweep, networkCosts) };
}

let folder = "";
let printed = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sweep-"));
  printed = "";
  for (const name of ["stdout", "stderr"] as const)
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      printed += String(text);
      return true;
    });
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

async function typed(file: unknown, ...options: readonly string[]) {
  const path = join(folder, "tiny.json");
  await writeFile(path, typeof file === "string" ? file : JSON.stringify(file));
  await runCommandLine(createProgram(), ["sweep", path, "--out", folder, ...options]);
  return process.exitCode;
}

describe("a sweep in the terminal", () => {
  test("trains only what has no result yet, and lists everything in one table", async () => {
    const { sweep, runs } = planned(TINY);
    const [first, second] = runs;
    if (first === undefined || second === undefined) throw new Error("two runs are planned");
    const before = await openSweepFolder(folder, sweep);
    await before.begin(first);
    await before.finish(first, RESULT);

    expect(await typed(TINY)).toBe(0);
    expect(printed).toContain("Finished before: 1 of 2.");
    expect(printed).toMatch(/2 of 2: Convolution Ordinary: test \d/);
    const [header, ...rows] = (await readFile(join(folder, "results.csv"), "utf8")).split("\r\n");
    expect(header).toMatch(/^run,outcome,convolution,width,intermediateActivation,parameters,macs/);
    expect(rows[0]).toContain(
      `finished,separable,0.125,none,${first.parameters},${first.macs},wasm`,
    );
    expect(rows[1]).toMatch(/finished,ordinary,0.125,none,\d+,\d+,wasm,1,/);
    const model = JSON.parse(await readFile(join(before.runFolder(second), "model.json"), "utf8"));
    expect(model).toHaveProperty("modelTopology");
  }, 120_000);

  test("says what is wrong field by field, and trains nothing", async () => {
    expect(await typed({ ...TINY, vary: { width: [0.25, 7], sed: [1] } })).toBe(2);
    expect(printed.split("\n")).toEqual([
      expect.stringMatching(/^vary[.]width\[1\]: the value does not fit; expected a number/),
      expect.stringMatching(/^vary[.]sed: no setting has this name/),
      "",
    ]);
  });

  test("refuses a file that is none", async () => {
    expect(await typed("{")).toBe(2);
    expect(printed).toContain("the file is no JSON");
  });

  test("refuses a folder that holds a run with other settings", async () => {
    const { sweep, runs } = planned(TINY);
    const other = await openSweepFolder(folder, sweep);
    const [first] = runs;
    if (first === undefined) throw new Error("a run is planned");
    await other.begin({ ...first, settings: { ...first.settings, batchSize: 16 } });
    await expect(other.finished(runs)).rejects.toThrow("holds this run with other settings");
  });

  test("types the settings of a run so that train takes exactly them", () => {
    const file = {
      ...TINY,
      vary: {
        convolution: ["ordinary", "separable"],
        intermediateActivation: ["elu"],
        momentum: [0.5],
        optimizer: ["sgd"],
      },
    };
    for (const { settings } of planned(file).runs) {
      const set = assignmentsOf("one-minute", settings).flatMap((words) => ["--set", words]);
      expect(readTrainingRequest(["one-minute", ...set]).settings).toEqual(settings);
    }
  });
});

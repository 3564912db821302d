/**
 * `npm run test:python`: checks that need real Keras. It installs Keras into a virtual environment under `.cache/`, sends every
 * recipe through the files of Keras and TensorFlow.js and back, and lets Keras load the files, predict and train on. It also runs
 * the programs that are exported for Keras, and puts the weights of Keras' own Xception into the paper's network. It fails when
 * Keras cannot be installed.
 *
 *     npm run test:python
 *     PYTHON=.../bin/python npm run test:python      with an environment that has Keras, also Keras 2
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trainedCases, writeCases } from "./python/cases.ts";
import { makeKernels } from "./python/compiledEngine.ts";
import { writePrograms } from "./python/programs.ts";
import { roundTrips } from "./python/roundTrips.ts";
import { writeRuns } from "./python/runs.ts";
import { checkXceptionFiles } from "./python/xceptionFiles.ts";
import { REPOSITORY } from "./repository.ts";
import { run } from "./runTool.ts";

const ENVIRONMENT = join(REPOSITORY, ".cache", "python");
const IS_WINDOWS = process.platform === "win32";

async function pythonWithKeras(): Promise<string> {
  const given = process.env.PYTHON;
  if (given !== undefined) return given;
  const python = join(ENVIRONMENT, IS_WINDOWS ? "Scripts" : "bin", "python");
  if (!existsSync(python)) {
    await mkdir(ENVIRONMENT, { recursive: true });
    await required(IS_WINDOWS ? "python" : "python3", ["-m", "venv", ENVIRONMENT]);
  }
  const requirements = join(REPOSITORY, "scripts", "python", "requirements.txt");
  await required(python, ["-m", "pip", "install", "--quiet", "-r", requirements]);
  return python;
}

async function required(command: string, args: readonly string[]): Promise<void> {
  const code = await run(command, args);
  if (code !== 0)
    throw new Error(`${command} ${args.join(" ")}: ended with ${code}; Keras is needed.`);
}

async function main(): Promise<number> {
  const python = await pythonWithKeras();
  await makeKernels();
  const numFailed = await roundTrips();
  const folder = await mkdtemp(join(tmpdir(), "keras-files-"));
  try {
    await writeCases(folder);
    await trainedCases(folder);
    const check = (script: string, inside: string) =>
      run(python, [join(REPOSITORY, "scripts", "python", script), inside]);
    const codes = [await check("checkKerasFiles.py", folder)];
    const xception = join(folder, "xception");
    await mkdir(xception);
    await required(python, [join(REPOSITORY, "scripts", "python", "makeXception.py"), xception]);
    const numUnlike = await checkXceptionFiles(xception);
    const [programs, runs] = [join(folder, "programs"), join(folder, "runs")];
    await writePrograms(programs, ["keras"]);
    codes.push(await check("checkKerasPrograms.py", programs));
    await writeRuns(runs);
    codes.push(await check("checkRuns.py", runs));
    return codes.every((code) => code === 0) && numFailed + numUnlike === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();

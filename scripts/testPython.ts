/**
 * `npm run test:python`: checks that need real Keras and PyTorch. It installs Keras into a virtual environment under `.cache/`, sends
 * every recipe through the files of Keras, TensorFlow.js and ONNX and back, and lets Keras load the files, predict and train on. It
 * also runs the programs that are exported for Keras, and puts the weights of Keras' own Xception into the paper's network. PyTorch
 * runs the programs for it in an environment of its own. It fails when either cannot be installed.
 *
 *     npm run test:python
 *     PYTHON=.../bin/python npm run test:python      with one that has what python/requirements.txt lists
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

const IS_WINDOWS = process.platform === "win32";

/** Returns the Python of an environment under `.cache/` with the packages of a file, which are installed if need be. */
async function pythonWith(environment: string, requirements: string): Promise<string> {
  const folder = join(REPOSITORY, ".cache", environment);
  const python = join(folder, IS_WINDOWS ? "Scripts" : "bin", "python");
  if (!existsSync(python)) {
    await mkdir(folder, { recursive: true });
    await required(IS_WINDOWS ? "python" : "python3", ["-m", "venv", folder]);
  }
  const file = join(REPOSITORY, "scripts", "python", requirements);
  await required(python, ["-m", "pip", "install", "--quiet", "-r", file]);
  return python;
}

async function required(command: string, args: readonly string[]): Promise<void> {
  const code = await run(command, args);
  if (code !== 0)
    throw new Error(`${command} ${args.join(" ")}: ended with ${code}; its packages are needed.`);
}

async function main(): Promise<number> {
  const python = process.env.PYTHON ?? (await pythonWith("python", "requirements.txt"));
  const pytorch = await pythonWith("pytorch", "requirements-pytorch.txt");
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
    await writePrograms(programs, ["keras", "pytorch"]);
    codes.push(await check("checkKerasPrograms.py", programs));
    const script = join(REPOSITORY, "scripts", "python", "checkPyTorchPrograms.py");
    codes.push(await run(pytorch, [script, programs]));
    await writeRuns(runs);
    codes.push(await check("checkRuns.py", runs));
    return codes.every((code) => code === 0) && numFailed + numUnlike === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();

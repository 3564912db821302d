/** Runs the tools that the scripts need, with their output going straight to the terminal. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { REPOSITORY } from "./repository.ts";

/** An environment variable set to `undefined` is removed. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Runs `command` in the repository and resolves with its exit code; 127 when the command cannot start. */
export function run(
  command: string,
  args: readonly string[],
  environment: Environment = {},
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: REPOSITORY,
      stdio: "inherit",
      env: { ...process.env, ...environment },
    });
    child.on("error", (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/** Runs a TypeScript file of this repository. */
function runScript(path: string, args: readonly string[] = []): Promise<number> {
  return run(process.execPath, ["--import", "tsx", path, ...args]);
}

/** Runs the command `name` of an installed package directly by its file, without a shell. */
export function runBin(
  packageName: string,
  name: string,
  args: readonly string[],
  environment: Environment = {},
): Promise<number> {
  const require = createRequire(import.meta.url);
  const manifestPath = require.resolve(`${packageName}/package.json`);
  const manifest: { bin: string | Record<string, string> } = require(manifestPath);
  const file = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[name];
  if (file === undefined) throw new Error(`${packageName} has no command ${name}.`);
  return run(process.execPath, [join(dirname(manifestPath), file), ...args], environment);
}

/** Builds the data shards if they are missing. The script itself reports what it does and which fallback it uses. */
export async function prepareData(): Promise<void> {
  const status = await runScript("scripts/data/build.ts");
  if (status !== 0) {
    console.error(
      `Data: the shards could not be built (exit code ${status}). The page runs on the starter set.`,
    );
  }
}

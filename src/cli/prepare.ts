/**
 * Builds what a command needs: the kernels of the compiled engine and the shards of the data. It calls the repository's own
 * scripts when these are not up to date. All their output goes to stderr.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PlaygroundError } from "../core/errors.ts";
import type { Settings } from "../settings/settings.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

export function prepareKernels(): Promise<void> {
  return runScript("scripts/kernels.ts");
}

/** Does nothing for a data set that comes with the repository or is a person's own. */
export async function prepareTraining({ dataSet }: Pick<Settings, "dataSet">): Promise<void> {
  await prepareKernels();
  if (dataSet === "fashion-mnist") await runScript("scripts/data/build.ts");
}

async function runScript(path: string): Promise<void> {
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", path], {
      cwd: REPOSITORY,
      stdio: ["ignore", process.stderr, process.stderr],
    });
    child.on("error", reject);
    child.on("exit", resolve);
  });
  if (code === 0) return;
  throw new PlaygroundError({
    code: "command.invalid",
    where: path,
    rule: "what the command needs could not be made",
    expected: "exit code 0",
    got: String(code),
    remedy: "Its own words are above.",
  });
}

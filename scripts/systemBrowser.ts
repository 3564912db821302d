/**
 * Finds browsers of the system: their possible paths, whether they run, and their Debian packages. It is independent of the
 * browser.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./runTool.ts";

/** Returns the possible paths of programs with these names. */
export function onPath(names: readonly string[]): readonly string[] {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/**
 * Returns the browser that an environment variable names, otherwise the first that runs.
 *
 * @throws Error when the variable names something that does not run.
 */
export function findBrowser(variable: string, places: readonly string[]): string | undefined {
  const named = process.env[variable];
  if (named !== undefined && named !== "") {
    if (runs(named)) return named;
    throw new Error(
      `${variable}: expected a browser that runs, got "${named}". Correct or unset it.`,
    );
  }
  return places.find(runs);
}

/** Does nothing on other systems, and reports when it is not allowed to install. */
export async function installDebianPackage(name: string): Promise<void> {
  if (!existsSync("/etc/debian_version")) return;
  const root = process.getuid?.() === 0;
  const prefix = root ? [] : ["sudo", "-n"];
  if (!root && spawnSync("sudo", ["-n", "true"]).status !== 0) {
    console.log("Browser: Debian's package needs root or sudo without a password; passed over.");
    return;
  }
  console.log(`Browser: none found; installing Debian's ${name}.`);
  const apt = (...args: string[]) => {
    const [command = "", ...rest] = [
      ...prefix,
      "env",
      "DEBIAN_FRONTEND=noninteractive",
      "apt-get",
      ...args,
    ];
    return run(command, rest);
  };
  if ((await apt("update")) === 0) await apt("install", "-y", name);
}

/** Some systems have a `chromium` command that only says how to install it. A real browser prints its version. */
function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return false;
  }
  return spawnSync(path, ["--version"], { timeout: 20_000, stdio: "ignore" }).status === 0;
}

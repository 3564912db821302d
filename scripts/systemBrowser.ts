/** Browsers of the system: where they may lie, whether they run, and Debian's packages of them. Knows none by name. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./runTool.ts";

/** Where programs of these names may lie. */
export function onPath(names: readonly string[]): readonly string[] {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/**
 * The browser that an environment variable names, else the first that runs.
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

/** Does nothing on other systems, and says where it may not. */
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

/** Some systems have a `chromium` that only says where to get one; a browser can tell its version. */
function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return false;
  }
  return spawnSync(path, ["--version"], { timeout: 20_000, stdio: "ignore" }).status === 0;
}

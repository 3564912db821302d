/**
 * Where the browser for tests and measurements is, and how it is started. Chromium in headless mode, with
 * WebGPU by SwiftShader, so that every kernel runs on a machine without a graphics card too.
 *
 * Looked for in this order: $CHROMIUM_PATH, a Chromium or Chrome of the system, Debian's package (installed
 * where that is allowed), Playwright's own download.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";
import { run, runBin } from "./runTool.ts";

export const CHROMIUM_FLAGS: readonly string[] = [
  "--no-sandbox",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ELSEWHERE = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * The browser to use, or `undefined` where there is none yet.
 *
 * @throws Error when $CHROMIUM_PATH names something that does not run.
 */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== "") {
    if (runs(named)) return named;
    throw new Error(
      `CHROMIUM_PATH: expected a browser that runs, got "${named}". Correct or unset it.`,
    );
  }
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...ELSEWHERE, chromium.executablePath()].find(runs);
}

/**
 * The browser to use; installs one where there is none.
 *
 * @throws Error with what was tried, when no way leads to a browser.
 */
export async function requireChromium(): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  for (const install of [installDebianPackage, downloadWithPlaywright]) {
    await install();
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    "Browser: found no Chromium, and neither Debian's package nor Playwright's download gave one " +
      "(see above). Install Chromium or Chrome, or set CHROMIUM_PATH to one.",
  );
}

async function installDebianPackage(): Promise<void> {
  if (!existsSync("/etc/debian_version")) return;
  const root = process.getuid?.() === 0;
  const prefix = root ? [] : ["sudo", "-n"];
  if (!root && spawnSync("sudo", ["-n", "true"]).status !== 0) {
    console.log("Browser: Debian's package needs root or sudo without a password; passed over.");
    return;
  }
  console.log("Browser: none found; installing Debian's chromium.");
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
  if ((await apt("update")) === 0) await apt("install", "-y", "chromium");
}

async function downloadWithPlaywright(): Promise<void> {
  console.log("Browser: none found; downloading Playwright's Chromium.");
  await runBin("@playwright/test", "playwright", ["install", "--no-shell", "chromium"]);
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

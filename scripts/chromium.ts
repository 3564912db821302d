/**
 * Finds the Chromium for tests and measurements, and defines how it is started: in headless mode, with WebGPU by SwiftShader,
 * so that every kernel also runs on a machine without a graphics card.
 *
 * It searches in this order: $CHROMIUM_PATH, a Chromium or Chrome of the system, Debian's package (installed where that is
 * allowed), Playwright's own download.
 */
import { chromium } from "@playwright/test";
import { runBin } from "./runTool.ts";
import { findBrowser, installDebianPackage, onPath } from "./systemBrowser.ts";

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
 * Returns the browser to use, or `undefined` when there is none yet.
 *
 * @throws Error when $CHROMIUM_PATH names something that does not run.
 */
export function findChromium(): string | undefined {
  const places = [...onPath(NAMES), ...ELSEWHERE, chromium.executablePath()];
  return findBrowser("CHROMIUM_PATH", places);
}

/**
 * Returns the browser to use, and installs one when there is none.
 *
 * @throws Error with everything that was tried, when no browser can be found or installed.
 */
export async function requireChromium(): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  for (const install of [() => installDebianPackage("chromium"), downloadWithPlaywright]) {
    await install();
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    "Browser: found no Chromium, and neither Debian's package nor Playwright's download gave one " +
      "(see above). Install Chromium or Chrome, or set CHROMIUM_PATH to one.",
  );
}

async function downloadWithPlaywright(): Promise<void> {
  console.log("Browser: none found; downloading Playwright's Chromium.");
  await runBin("@playwright/test", "playwright", ["install", "--no-shell", "chromium"]);
}

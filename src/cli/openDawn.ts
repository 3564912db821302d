/**
 * WebGPU in Node: Dawn, from the optional package `webgpu`, on the system's graphics card. Where the environment asks for it by
 * `WEBGPU_SOFTWARE=1`, and only then, Linux takes the Vulkan loader and the software adapter that come with Chromium: slow, but
 * every kernel runs. Without that word a machine that has no adapter gets an error which names it.
 */
import { existsSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { PlaygroundError } from "../core/errors.ts";

const DRIVER = "vk_swiftshader_icd.json";
const LOADER = "libvulkan.so.1";
/** Folders of Chromium and Chrome on Linux; others by $CHROMIUM_PATH. */
const FOLDERS = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"];
/** `RTLD_NODELETE` of dlopen(3): the loader stays although it is no module of Node's. */
const STAYS_LOADED = 0x1000;

/** One for the process: Dawn ends the process where it is collected while a device of it lives. */
let opened: Promise<GPU> | undefined;

/** @throws PlaygroundError `engine.unavailable` where the package is not installed, or finds no adapter. */
export function openDawn(): Promise<GPU> {
  opened ??= open();
  return opened;
}

async function open(): Promise<GPU> {
  if (process.platform === "linux" && process.env.WEBGPU_SOFTWARE === "1") loadSoftwareAdapter();
  const { create } = await importDawn();
  // Timestamps as the device gives them: no page of a stranger runs here.
  const gpu = create(["disable-dawn-features=timestamp_quantization"]);
  if ((await gpu.requestAdapter()) === null) throw unavailable("an adapter", "none");
  return gpu;
}

async function importDawn() {
  try {
    return await import("webgpu");
  } catch (error) {
    throw unavailable("the package webgpu", error instanceof Error ? error.message : String(error));
  }
}

/** Loads Chromium's own Vulkan loader, which then finds its software adapter and nothing else. */
function loadSoftwareAdapter(): void {
  const folder = softwareFolder();
  if (folder === undefined)
    throw unavailable(`${DRIVER} beside a Chromium`, "none; set CHROMIUM_PATH to one");
  process.env.VK_ICD_FILENAMES = join(folder, DRIVER);
  const loader = join(folder, LOADER);
  if (!existsSync(loader)) return;
  try {
    process.dlopen({ exports: {} }, loader, constants.dlopen.RTLD_NOW | STAYS_LOADED);
  } catch {
    // Expected: it is loaded, and then found to be no module.
  }
}

function softwareFolder(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  const own = named !== undefined && existsSync(named) ? [dirname(realpathSync(named))] : [];
  return [...own, ...FOLDERS].find((folder) => existsSync(join(folder, DRIVER)));
}

function unavailable(expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "engine.unavailable",
    where: "WebGPU compiled",
    rule: "WebGPU in the terminal needs Dawn and a graphics driver",
    expected,
    got,
    remedy:
      "Install it, set WEBGPU_SOFTWARE=1 for the software adapter of a Chromium on Linux, or choose --engine wasm.",
    context: { engine: "webgpu" },
  });
}

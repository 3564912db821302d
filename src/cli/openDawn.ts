/**
 * WebGPU in Node: Dawn, from the optional package `webgpu`, on the system's graphics card. Only when the environment has
 * `WEBGPU_SOFTWARE=1`, Linux uses the Vulkan loader and the software adapter of Chromium, which is slow but runs every kernel.
 * Otherwise a machine without an adapter gets an error that names this variable.
 */
import { existsSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { messageOf, PlaygroundError } from "../core/errors.ts";

const DRIVER = "vk_swiftshader_icd.json";
const LOADER = "libvulkan.so.1";
/** Folders of Chromium and Chrome on Linux; others by $CHROMIUM_PATH. */
const FOLDERS = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"];
/** `RTLD_NODELETE` of dlopen(3): the library stays loaded, although Node refuses it because it is not a Node module. */
const STAYS_LOADED = 0x1000;

/** One for the process, because Dawn crashes the process when its object is garbage-collected while a device of it exists. */
let opened: Promise<GPU> | undefined;

/** @throws PlaygroundError `engine.unavailable` when the package is not installed, or finds no adapter. */
export function openDawn(): Promise<GPU> {
  opened ??= open();
  return opened;
}

async function open(): Promise<GPU> {
  if (process.platform === "linux" && process.env.WEBGPU_SOFTWARE === "1") loadSoftwareAdapter();
  const { create } = await importDawn();
  // Uses unquantised timestamps, because no untrusted page runs here.
  const gpu = create(["disable-dawn-features=timestamp_quantization"]);
  if ((await gpu.requestAdapter()) === null) throw unavailable("an adapter", "none");
  return gpu;
}

async function importDawn() {
  try {
    return await import("webgpu");
  } catch (error) {
    throw unavailable("the package webgpu", messageOf(error));
  }
}

/** Loads Chromium's own Vulkan loader, which then finds only Chromium's software adapter. */
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
    // This error is expected: the library is loaded, and then refused because it is not a Node module.
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

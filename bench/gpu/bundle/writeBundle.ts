/**
 * `npm run bench -- gpu --bundle DIR`: writes the bench as one folder that runs on any machine with a graphics card. It
 * contains the code in one file, Dawn's binary for that machine, a start script and a README, and Node itself on request.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { bundleReadme, START_CMD, START_SH } from "./bundleTexts.ts";

export interface BundleOptions {
  readonly folder: string;
  /** A folder of Dawn's binaries: `linux-x64`, `darwin-universal`, ... */
  readonly platform: string;
  /** Includes Node, for machines without it. */
  readonly withNode: boolean;
}

export interface WrittenBundle {
  readonly folder: string;
  readonly platform: string;
  readonly megabytes: number;
}

/** The maximum size of the folder, so that it is easy to copy. */
const MOST_BYTES = 64 * 2 ** 20;
const REPOSITORY = join(import.meta.dirname, "../../..");
/** The Vulkan loader of Debian, Red Hat and others, which asks the system's driver for its devices. */
const VULKAN_LOADERS = ["/usr/lib/x86_64-linux-gnu/libvulkan.so.1", "/usr/lib64/libvulkan.so.1"];

export function ownPlatform(): string {
  return process.platform === "darwin" ? "darwin-universal" : `${process.platform}-${process.arch}`;
}

/** @throws Error for a folder that is not empty, a platform without Dawn, or too large a bundle. */
export async function writeBundle({
  folder,
  platform,
  withNode,
}: BundleOptions): Promise<WrittenBundle> {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Error(`--bundle: ${folder} should be a new folder, but has files in it.`);
  if (withNode && platform !== ownPlatform())
    throw new Error(
      `--with-node: this machine has Node for ${ownPlatform()}, not for ${platform}.`,
    );
  if (withNode && process.platform === "win32")
    throw new Error("--with-node: on Windows, install Node where the bench is to run.");
  const dawn = dirname(fileURLToPath(import.meta.resolve("webgpu")));
  const binaries = join(dawn, "dist", platform);
  if (!existsSync(binaries)) {
    const known = readdirSync(join(dawn, "dist")).join(", ");
    throw new Error(`--platform: Dawn has no ${platform}; expected one of ${known}.`);
  }
  mkdirSync(folder, { recursive: true });
  await buildCode(folder);
  const target = join(folder, "node_modules/webgpu");
  for (const name of ["package.json", "index.js", "LICENSE.md"])
    cpSync(join(dawn, name), join(target, name));
  cpSync(binaries, join(target, "dist", platform), { recursive: true });
  if (platform.startsWith("win32")) writeFileSync(join(folder, "start.cmd"), START_CMD);
  else writeFileSync(join(folder, "start.sh"), START_SH, { mode: 0o755 });
  if (platform === "linux-x64" && ownPlatform() === platform) copyVulkanLoader(folder);
  if (withNode) writeFileSync(join(folder, "node.gz"), gzipSync(readFileSync(process.execPath)));
  writeFileSync(join(folder, "README.md"), bundleReadme(platform, withNode));
  const bytes = sizeOf(folder);
  if (bytes > MOST_BYTES)
    throw new Error(
      `--bundle: ${folder} has ${bytes} bytes, more than ${MOST_BYTES}; leave Node out.`,
    );
  return { folder, platform, megabytes: bytes / 1e6 };
}

/** Bundles everything in one file, except Dawn, which looks for its binary in its own folder. */
async function buildCode(folder: string): Promise<void> {
  await build({
    configFile: false,
    root: REPOSITORY,
    logLevel: "error",
    publicDir: false,
    ssr: { noExternal: true, external: ["webgpu"] },
    build: {
      ssr: join(REPOSITORY, "bench/gpu/bundle/carried.ts"),
      target: "node20",
      outDir: folder,
      emptyOutDir: false,
      minify: true,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { output: { entryFileNames: "bench.mjs", codeSplitting: false } },
    },
  });
}

/** Servers with a driver often lack the loader. */
function copyVulkanLoader(folder: string): void {
  const loader = VULKAN_LOADERS.find((file) => existsSync(file));
  if (loader === undefined) return;
  mkdirSync(join(folder, "lib"));
  cpSync(loader, join(folder, "lib/libvulkan.so.1"), { dereference: true });
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

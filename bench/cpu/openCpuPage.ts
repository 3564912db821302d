/**
 * Opens the page of `bench cpu` in real Chromium. It is built and served like the product, isolated from other origins so that
 * threads can share memory. This file owns the build, the server and the browser, and serves the optional peers beside the
 * page.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { chromium } from "playwright";
import { build, type InlineConfig, type Plugin, preview } from "vite";
import { CHROMIUM_FLAGS, requireChromium } from "../../scripts/chromium.ts";
import type { CpuBenchPage } from "./page/pageApi.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const OUT_FOLDER = join(REPOSITORY, ".cache/bench-cpu");
const PEERS = join(REPOSITORY, "bench/peers");
const FIRST_PORT = 4650;

/** The workers' addresses of peers on the server. */
export const PROTOTYPE_ADDRESS = "/prototype/entrant.js";
export const JAX_JS_ADDRESS = "/jaxJs/entrant.js";

const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

export interface CpuPage extends CpuBenchPage {
  readonly browserVersion: string;
  close(): Promise<void>;
}

export function isJaxJsInstalled(): boolean {
  return existsSync(join(PEERS, "jaxJs/node_modules/@jax-js/jax"));
}

/** @param prototype folder of the prototype, built. */
export async function openCpuPage(prototype: string | undefined): Promise<CpuPage> {
  await buildCpuPage();
  const server = await preview({
    configFile: false,
    root: REPOSITORY,
    logLevel: "error",
    build: { outDir: OUT_FOLDER },
    plugins: prototype === undefined ? [] : [servePrototype(prototype)],
    preview: { host: "127.0.0.1", port: FIRST_PORT, headers: ISOLATED },
  });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error("bench: the server did not start.");
  const browser = await chromium.launch({
    executablePath: await requireChromium(),
    args: [...CHROMIUM_FLAGS],
  });
  const page = await browser.newPage();
  await page.addInitScript("globalThis.__name ??= (value) => value;");
  await page.goto(`${url}bench/cpu/page/index.html`);
  if (!(await page.evaluate(() => window.crossOriginIsolated)))
    throw new Error("bench: the page is not isolated from other origins; threads need that.");
  return {
    browserVersion: browser.version(),
    prepare: (task) => page.evaluate((given) => window.cpuBench.prepare(given), task),
    run: (task) => page.evaluate((given) => window.cpuBench.run(given), task),
    profile: (name) => page.evaluate((given) => window.cpuBench.profile(given), name),
    release: async (name) => page.evaluate((given) => window.cpuBench.release(given), name),
    probe: (task) => page.evaluate((given) => window.cpuBench.probe(given), task),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

async function buildCpuPage(): Promise<void> {
  execFileSync(process.execPath, ["--import", "tsx", "scripts/kernels.ts"], {
    cwd: REPOSITORY,
    stdio: ["ignore", 2, 2],
  });
  const common: InlineConfig = {
    configFile: false,
    logLevel: "error",
    publicDir: false,
    base: "./",
    worker: { format: "es" },
  };
  const target = { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 2500 } as const;
  await build({
    ...common,
    root: REPOSITORY,
    build: {
      ...target,
      outDir: OUT_FOLDER,
      emptyOutDir: true,
      rolldownOptions: { input: join(REPOSITORY, "bench/cpu/page/index.html") },
    },
  });
  if (!isJaxJsInstalled()) return;
  await build({
    ...common,
    root: join(PEERS, "jaxJs"),
    build: {
      ...target,
      outDir: join(OUT_FOLDER, "jaxJs"),
      emptyOutDir: true,
      rolldownOptions: {
        input: join(PEERS, "jaxJs/entrant.js"),
        output: { entryFileNames: "entrant.js" },
      },
    },
  });
}

/** Serves the prototype's own `web` folder, and in it the worker that understands the bench's messages. */
function servePrototype(folder: string): Plugin {
  const fileOf = (name: string) =>
    name === "entrant.js" ? join(PEERS, "prototype", name) : join(folder, "web", name);
  return {
    name: "serve-prototype",
    configurePreviewServer: (server) => {
      server.middlewares.use("/prototype/", (request, response, next) => {
        const name = basename(new URL(request.url ?? "", "http://localhost").pathname);
        readFile(fileOf(name)).then((body) => {
          const headers = { ...ISOLATED, "Content-Type": TYPES[extname(name)] ?? "text/plain" };
          response.writeHead(200, headers).end(body);
        }, next);
      });
    },
  };
}

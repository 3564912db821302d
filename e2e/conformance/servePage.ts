/** Builds the page of the conformance tests and serves it as the product is served, isolated from other origins. */
import { join } from "node:path";
import { build, preview } from "vite";

const REPOSITORY = join(import.meta.dirname, "../..");
const OUT_FOLDER = join(REPOSITORY, ".cache/conformance");
/** The server takes the next free port when this one is in use. */
const PORT = 4850;

export interface ServedPage {
  readonly address: string;
  close(): Promise<void>;
}

/** The kernels must be built already. */
export async function servePage(): Promise<ServedPage> {
  await build({
    configFile: false,
    root: REPOSITORY,
    base: "./",
    publicDir: false,
    logLevel: "error",
    worker: { format: "es" },
    build: {
      target: "es2022",
      outDir: OUT_FOLDER,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2500,
      rolldownOptions: { input: join(REPOSITORY, "e2e/conformance/page/index.html") },
    },
  });
  // Uses the product's configuration and therefore its headers.
  const server = await preview({
    root: REPOSITORY,
    logLevel: "error",
    build: { outDir: OUT_FOLDER },
    preview: { port: PORT },
  });
  const [address] = server.resolvedUrls?.local ?? [];
  if (address === undefined) throw new Error("the server of the conformance page has no address");
  return {
    address: `${address}e2e/conformance/page/index.html`,
    close: () => server.close(),
  };
}

/**
 * `npm start`: prepares the data, builds the page and starts the server, skipping what is up to date. It prints the address
 * when the page really answers, opens it where there is a display, and ends on Ctrl-C.
 */
import { parseArgs } from "node:util";
import { preview } from "vite";
import { buildPage } from "./buildPage.ts";
import { findFreePort } from "./freePort.ts";
import { REPOSITORY } from "./repository.ts";
import { prepareData } from "./runTool.ts";

const USAGE = `npm start -- [options]
  --port N     the port to begin with (default: $PORT, or 4173); a taken one gives way to the next
  --host H     the address to listen on (default: 127.0.0.1, this computer only)
  --no-open    do not open a browser`;

const DEFAULT_PORT = 4173;

async function start(): Promise<void> {
  const options = readOptions();
  await prepareData();
  const built = await buildPage({ always: false });
  if (!built) console.log("Page: up to date.");

  const port = await findFreePort(options.host, options.port);
  if (port !== options.port) console.log(`Port ${options.port} is taken; using ${port}.`);
  const address = `http://localhost:${port}/`;
  const server = await preview({
    root: REPOSITORY,
    logLevel: "warn",
    preview: { host: options.host, port, strictPort: true, open: options.open ? address : false },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => void stop(server));
  }

  await requireAnswer(`http://${options.host === "0.0.0.0" ? "127.0.0.1" : options.host}:${port}/`);
  console.log(`\nXception Playground is ready: ${address}`);
  for (const url of server.resolvedUrls?.network ?? []) {
    console.log(
      `In the local network: ${url} (without https browsers allow neither WebGPU nor threads there)`,
    );
  }
  console.log("Press Ctrl-C to stop.");
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: process.env.PORT ?? String(DEFAULT_PORT) },
      host: { type: "string", default: "127.0.0.1" },
      open: { type: "boolean", default: hasDisplay() },
      help: { type: "boolean", short: "h", default: false },
    },
    allowNegative: true,
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`--port: expected a whole number from 1 to 65535, got "${values.port}".`);
  }
  return { port, host: values.host, open: values.open };
}

function hasDisplay(): boolean {
  if (process.env.CI !== undefined) return false;
  if (process.platform === "darwin" || process.platform === "win32") return true;
  return [process.env.DISPLAY, process.env.WAYLAND_DISPLAY].some(Boolean);
}

/** @throws Error when the page does not answer. */
async function requireAnswer(url: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`Server: expected the page at ${url}, got status ${response.status}.`);
  }
}

async function stop(server: { close(): Promise<void> }): Promise<void> {
  console.log("\nStopped.");
  // Connections that browsers keep open would delay the end by seconds.
  setTimeout(() => process.exit(0), 500).unref();
  await server.close();
  process.exit(0);
}

start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

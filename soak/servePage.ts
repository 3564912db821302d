/** Builds the page again if its sources changed, and serves it on a separate server. */
import { preview } from "vite";
import { buildPage } from "../scripts/buildPage.ts";
import { REPOSITORY } from "../scripts/repository.ts";

/** The server takes the next free port when this one is in use. */
const FIRST_PORT = 4700;

export interface ServedPage {
  /** Ends in `/`. */
  readonly address: string;
  close(): Promise<void>;
}

export async function servePage(): Promise<ServedPage> {
  await buildPage({ always: false });
  const server = await preview({
    root: REPOSITORY,
    logLevel: "error",
    preview: { host: "127.0.0.1", port: FIRST_PORT },
  });
  const [address] = server.resolvedUrls?.local ?? [];
  if (address === undefined) throw new Error("soak: the server did not start.");
  return { address, close: () => server.close() };
}

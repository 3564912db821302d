/** Creates workers. This is a separate file so that tests of the client need neither a bundler nor a browser. */
import { fetchProgramFile } from "../core/programFile.ts";
import program from "../worker/main.ts?worker&url";
import { createLastingWorker } from "./lastingWorker.ts";
import type { WorkerPort } from "./runClient.ts";

/** Creates a dedicated module worker that waits for the network when its program does not load. */
export function createWorker(): WorkerPort {
  return createLastingWorker({
    create: () => new Worker(program, { type: "module", name: "training" }),
    fetchProgram: (attempt) => fetchProgramFile(new URL(program, document.baseURI).href, attempt),
  });
}

/** Where the worker's code is. Kept apart so that tests of the client need neither a bundler nor a browser. */
import { fetchProgramFile } from "../core/programFile.ts";
import program from "../worker/main.ts?worker&url";
import { createLastingWorker } from "./lastingWorker.ts";
import type { WorkerPort } from "./runClient.ts";

/** A dedicated module worker that waits for the network where its program does not come. */
export function createWorker(): WorkerPort {
  return createLastingWorker({
    create: () => new Worker(program, { type: "module", name: "training" }),
    fetchProgram: (attempt) => fetchProgramFile(new URL(program, document.baseURI).href, attempt),
  });
}

/** The thread in which a trial reads damaged files. It answers each set of files with what became of it. */
import { parentPort } from "node:worker_threads";
import { serializeError } from "../../src/core/errors.ts";
import type { FileBytes } from "./changes.ts";
import { READER_CASES } from "./readerCases.ts";

export interface ReaderOrder {
  readonly reader: string;
  readonly files: readonly FileBytes[];
}

export interface ReaderReport {
  readonly outcome: "read" | "refused" | "broken";
  /** The error with its stack, where the outcome is `broken`. */
  readonly words: string;
}

parentPort?.on("message", ({ reader, files }: ReaderOrder) => {
  void report(reader, files).then((answer) => parentPort?.postMessage(answer));
});
parentPort?.postMessage("ready");

async function report(reader: string, files: readonly FileBytes[]): Promise<ReaderReport> {
  try {
    await READER_CASES[reader]?.read(files);
    return { outcome: "read", words: "" };
  } catch (error) {
    if (serializeError(error).code !== "internal") return { outcome: "refused", words: "" };
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { outcome: "broken", words };
  }
}

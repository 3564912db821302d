/** Starts a thread of Node from a file in TypeScript. */
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Node cannot start a thread from TypeScript, so the thread begins with a line of JavaScript that loads what reads it.
 * @param file the file's address
 */
export function startThread(file: URL, options: Omit<WorkerOptions, "eval" | "execArgv">): Worker {
  const reader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const code = `import(${reader}).then(({ register }) => { register(); return import(${JSON.stringify(file.href)}); })`;
  return new Worker(code, { ...options, eval: true, execArgv: [] });
}

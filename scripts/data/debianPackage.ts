/**
 * Downloads Debian's package of the data set with apt (which checks its signature) and unpacks it without installing. This
 * needs `apt-get` and `dpkg-deb` but no root rights, except to refresh an empty package list.
 */
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { NotThereError } from "./officialFiles.ts";
import { type Progress, startProgress } from "./progress.ts";

const PACKAGE = "dataset-fashion-mnist";
/** The package's folder, below `/` or below the folder it is unpacked in. */
export const PACKAGE_FOLDER = "usr/share/datasets/fashion-mnist";
const STATUS_FD = 3;
const APT_OPTIONS = [
  "-o",
  `APT::Status-Fd=${STATUS_FD}`,
  "-o",
  "Acquire::http::Timeout=15",
  "-o",
  "Acquire::https::Timeout=15",
  "-o",
  "Acquire::Retries=1",
];

/**
 * Downloads and unpacks the package below `folder`.
 * @returns the folder with the four files
 * @throws NotThereError when apt is missing or reaches no server that has the package
 */
export async function fetchDebianPackage(folder: string): Promise<string> {
  try {
    await runApt("Debian's package", ["download", PACKAGE], folder);
  } catch (error) {
    // A fresh system knows no packages until its lists are loaded.
    if (isMissingProgram(error) || process.getuid?.() !== 0) throw notThere(error);
    await runApt("Debian's package lists", ["update"], folder).catch((reason: unknown) => {
      throw notThere(reason);
    });
    await runApt("Debian's package", ["download", PACKAGE], folder).catch((reason: unknown) => {
      throw notThere(reason);
    });
  }
  const file = (await readdir(folder)).find((name) => name.endsWith(".deb"));
  if (file === undefined) throw new NotThereError("apt-get left no package behind");
  await run("dpkg-deb", ["-x", file, "."], folder).catch((reason: unknown) => {
    throw notThere(reason);
  });
  return join(folder, PACKAGE_FOLDER);
}

async function runApt(title: string, command: readonly string[], folder: string): Promise<void> {
  // Started by apt's first output, so that a system without apt shows no bar.
  let progress: Progress | undefined;
  try {
    // Status lines read "dlstatus:1:42.5:Retrieving file 1 of 1".
    await run("apt-get", [...APT_OPTIONS, ...command], folder, (line) => {
      const percent = Number(line.split(":")[2]);
      if (!line.startsWith("dlstatus:") || !Number.isFinite(percent)) return;
      progress ??= startProgress(title, 100, "%");
      progress.update(percent);
    });
  } finally {
    progress?.stop();
  }
}

/** Runs a program to its end; rejects with its last output when it fails. */
function run(
  program: string,
  args: readonly string[],
  folder: string,
  onStatus?: (line: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...process.env, LC_ALL: "C" },
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    });
    let lastWords = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      lastWords = chunk.toString().trim() || lastWords;
    });
    const status = child.stdio[STATUS_FD];
    if (onStatus && status instanceof Readable) {
      createInterface({ input: status }).on("line", onStatus);
    }
    child.on("error", reject);
    child.on("close", (exitCode) => {
      if (exitCode === 0) resolve();
      else reject(new Error(lastWords.split("\n").at(-1) || `${program} ended with ${exitCode}`));
    });
  });
}

function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function notThere(error: unknown): NotThereError {
  return new NotThereError(
    isMissingProgram(error)
      ? "this system has no apt-get"
      : `apt-get: ${error instanceof Error ? error.message : String(error)}`,
  );
}

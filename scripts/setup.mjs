/**
 * The first part of `npm start` and `npm test`: installs packages. It runs before anything is installed, so it is plain Node
 * without a dependency. It runs `npm ci` when node_modules is missing or does not match package-lock.json. Otherwise it takes a
 * few milliseconds and prints nothing.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = dirname(dirname(fileURLToPath(import.meta.url)));

process.exitCode = setUp();

function setUp() {
  if (!nodeIsNewEnough(process.versions.node)) {
    return fail(
      `Node: this program needs version 20.19 or newer; got ${process.versions.node}. ` +
        "Install Node 20 (https://nodejs.org) and run the command again.",
    );
  }
  const reason = reasonToInstall();
  if (reason === undefined) return 0;

  console.log(
    `Packages: ${reason}; installing them with npm ci (about a minute at the first time).`,
  );
  const { status, error } = runNpm(["ci", "--include=dev", "--no-audit", "--no-fund"]);
  if (error === undefined && status === 0) return 0;
  return fail(
    `Packages: npm ci failed${error === undefined ? "" : ` (${error.message})`}. ` +
      "Its own words are above. Check the connection to the npm registry and run the command again.",
  );
}

/** The versions that Vite and other tools need: ^20.19 or >=22.12. */
function nodeIsNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major === 20) return minor >= 19;
  if (major === 22) return minor >= 12;
  return major > 22;
}

/**
 * npm records what it installed in node_modules/.package-lock.json when it is done. The record lists every package of
 * package-lock.json, except those for other platforms.
 */
function reasonToInstall() {
  const installed = packagesOf(join("node_modules", ".package-lock.json"));
  if (installed === undefined) return "not installed yet";
  const wanted = packagesOf("package-lock.json");
  if (wanted === undefined) throw new Error("package-lock.json is missing; restore it from git.");

  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "") continue;
    const present = installed[path];
    if (present === undefined) {
      if (!belongsElsewhere(entry)) return `${path} is missing`;
    } else if (present.version !== entry.version || present.integrity !== entry.integrity) {
      return `${path} is out of date`;
    } else if (!existsSync(join(REPOSITORY, path))) {
      return `${path} was deleted`;
    }
  }
  const extra = Object.keys(installed).find((path) => wanted[path] === undefined);
  return extra === undefined ? undefined : `${extra} is no longer needed`;
}

/** Optional packages are binaries for one platform each, or helpers of those. */
function belongsElsewhere(entry) {
  if (entry.optional !== true) return false;
  const here = (list, value) => list === undefined || list.includes(value);
  const madeForHere = here(entry.os, process.platform) && here(entry.cpu, process.arch);
  const namesPlatform = entry.os !== undefined && entry.libc === undefined;
  return !(namesPlatform && madeForHere);
}

function packagesOf(path) {
  const file = join(REPOSITORY, path);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : undefined;
}

/** Runs the npm that called this script, or else the one on the PATH. */
function runNpm(args) {
  const options = { cwd: REPOSITORY, stdio: "inherit" };
  const caller = process.env.npm_execpath;
  return caller?.endsWith("npm-cli.js")
    ? spawnSync(process.execPath, [caller, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
}

function fail(message) {
  console.error(message);
  return 1;
}

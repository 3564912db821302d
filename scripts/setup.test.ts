import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { REPOSITORY } from "./repository.ts";

interface Entry {
  readonly version: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}
type Packages = Readonly<Record<string, Entry>>;

const left: Entry = { version: "1.0.0", integrity: "sha512-left" };
const right: Entry = { version: "2.0.0", integrity: "sha512-right" };
const elsewhere: Entry = { version: "1.0.0", optional: true, os: ["plan9"], cpu: ["x64"] };
const here: Entry = { version: "1.0.0", optional: true, os: [process.platform] };

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "setup-"));
  mkdirSync(join(root, "scripts"));
  copyFileSync(join(REPOSITORY, "scripts", "setup.mjs"), join(root, "scripts", "setup.mjs"));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/**
 * Runs the set-up in a repository that needs some packages and has some (`undefined`: no node_modules). Its npm only records
 * that it was called and exits with `npmStatus`.
 */
function setUp(wanted: Packages, installed: Packages | undefined, npmStatus = 0) {
  const lockfile = (packages: Packages) => JSON.stringify({ packages });
  writeFileSync(join(root, "package-lock.json"), lockfile({ "": { version: "0.1.0" }, ...wanted }));
  if (installed !== undefined) {
    for (const path of Object.keys(installed)) mkdirSync(join(root, path), { recursive: true });
    mkdirSync(join(root, "node_modules"), { recursive: true });
    writeFileSync(join(root, "node_modules", ".package-lock.json"), lockfile(installed));
  }
  const npm = join(root, "npm-cli.js");
  const called = join(root, "called");
  writeFileSync(
    npm,
    `require("node:fs").writeFileSync(${JSON.stringify(called)}, ""); process.exit(${npmStatus});`,
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "scripts", "setup.mjs")],
    { encoding: "utf8", env: { ...process.env, npm_execpath: npm } },
  );
  return { status, output: stdout + stderr, installs: existsSync(called) };
}

test("a fresh clone gets its packages", () => {
  const { status, output, installs } = setUp({ "node_modules/left": left }, undefined);
  expect({ status, installs }).toEqual({ status: 0, installs: true });
  expect(output).toContain("not installed yet");
});

test("nothing happens, and nothing is said, where all packages are as the lockfile says", () => {
  const result = setUp(
    { "node_modules/left": left, "node_modules/elsewhere": elsewhere },
    { "node_modules/left": left },
  );
  expect(result).toEqual({ status: 0, output: "", installs: false });
});

test.each<[why: string, wanted: Packages, installed: Packages]>([
  [
    "node_modules/right is missing",
    { "node_modules/left": left, "node_modules/right": right },
    { "node_modules/left": left },
  ],
  [
    "node_modules/left is out of date",
    { "node_modules/left": left },
    { "node_modules/left": { ...left, version: "0.9.0" } },
  ],
  [
    "node_modules/left is out of date",
    { "node_modules/left": left },
    { "node_modules/left": { ...left, integrity: "sha512-other" } },
  ],
  [
    "node_modules/right is no longer needed",
    { "node_modules/left": left },
    { "node_modules/left": left, "node_modules/right": right },
  ],
  [
    "node_modules/here is missing",
    { "node_modules/left": left, "node_modules/here": here },
    { "node_modules/left": left },
  ],
])("installs again when %s (case %#)", (why, wanted, installed) => {
  const result = setUp(wanted, installed);
  expect(result.output).toContain(`Packages: ${why};`);
  expect(result.installs).toBe(true);
});

test("an installation that fails ends the set-up with what to do", () => {
  const { status, output } = setUp({ "node_modules/left": left }, undefined, 3);
  expect(status).toBe(1);
  expect(output).toContain("npm ci failed");
  expect(output).toContain("run the command again");
});

#!/usr/bin/env node
/**
 * The command `xception-playground` of a checkout, for `npx .` and for the npm scripts. Plain Node: it sees to it that the
 * packages are there, and only then starts TypeScript.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const setup = fileURLToPath(new URL("../../scripts/setup.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [setup], { stdio: ["ignore", 2, 2] });
if (status === 0) {
  const { register } = await import("tsx/esm/api");
  register();
  await import("./main.ts");
} else {
  process.exitCode = status ?? 1;
}

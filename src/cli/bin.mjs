#!/usr/bin/env node
/**
 * The command `xception-playground` of a checkout, for `npx .` and for the npm scripts. It is plain Node, because it installs
 * missing packages before it starts TypeScript.
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

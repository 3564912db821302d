/**
 * `npm run bench -- [NAME ...] [--out FILE]`: measures, prints one JSON object a bench. Never part of the tests: what
 * a machine does today is no property of the program. Every bench checks its result before it reports a time.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.ts";
import { firstLoss } from "./firstLoss.ts";
import { memory } from "./memory.ts";
import { oneMinute } from "./oneMinute.ts";
import { type BenchPage, openBenchPage } from "./page.ts";
import { replay } from "./replay.ts";
import { slider } from "./slider.ts";
import { stepTime } from "./stepTime.ts";

const BENCHES: Readonly<Record<string, (page: BenchPage) => Promise<object>>> = {
  bundle,
  slider,
  replay,
  "first-loss": firstLoss,
  "step-time": stepTime,
  memory,
  "one-minute": oneMinute,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: "string" } },
});
const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(
    `bench: no such bench: ${unknown.join(", ")}; expected some of ${Object.keys(BENCHES).join(", ")}.`,
  );
  process.exit(2);
}

const page = await openBenchPage();
const results: Record<string, object> = {};
try {
  for (const name of names) {
    console.error(`bench: ${name} ...`);
    const bench = BENCHES[name];
    if (bench !== undefined) results[name] = await bench(page);
    console.log(JSON.stringify({ [name]: results[name] }));
  }
} finally {
  await page.close();
}
if (values.out !== undefined) {
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    browser: page.browserVersion,
  };
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify({ machine, ...results }, null, 2)}\n`);
}

/**
 * `npm test`: sets up what the tests need, and runs the checks, the unit tests and the journeys in a real browser. It runs all
 * of them even when one fails, and ends with the line `N passed, N failed`.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildPage } from "./buildPage.ts";
import { requireChromium } from "./chromium.ts";
import { requireFirefox } from "./firefox.ts";
import { findFreePort } from "./freePort.ts";
import { writeKernelSources } from "./kernelSources.ts";
import { REPOSITORY } from "./repository.ts";
import { prepareData, run, runBin } from "./runTool.ts";
import {
  closingLine,
  countPlaywright,
  countVitest,
  type PartResult,
  slowestTests,
} from "./testReport.ts";

const USAGE = `npm test -- [--only check|unit|e2e|firefox] [--browsers all]
  check   types, format and lint, layer rules, dead code
  unit    Vitest, in Node
  e2e     Playwright, in Chromium
  firefox three journeys in a stock Firefox; a part of --browsers all`;

const REPORTS = join(REPOSITORY, ".cache", "reports");
const E2E_PORT = 4273;
/** The time budget for everything on two otherwise idle cores. Exceeding it is not a failure; see CONTRIBUTING.md. */
const BUDGET = "20 min on two cores, the journeys 9 of them";
const SLOWEST_SHOWN = 15;

/** Each is a script of package.json and counts as one test. */
const CHECKS = [
  "check:types",
  "check:biome",
  "check:layers",
  "check:unused",
  "check:words",
] as const;

interface Part {
  readonly id: string;
  readonly title: string;
  readonly run: () => Promise<PartResult>;
}

const PARTS: readonly Part[] = [
  ...CHECKS.map((script) => ({
    id: "check",
    title: `npm run ${script}`,
    run: () => runCheck(script),
  })),
  { id: "unit", title: "Unit tests (Vitest)", run: runUnitTests },
  { id: "e2e", title: "Journeys in Chromium (Playwright)", run: runJourneys },
  { id: "firefox", title: "Journeys in Firefox (puppeteer-core)", run: runFirefoxJourneys },
];

async function runCheck(script: string): Promise<PartResult> {
  writeKernelSources();
  const status = await runNpm(["run", "--silent", script]);
  return status === 0
    ? { passed: 1, failures: [] }
    : { passed: 0, failures: [`npm run ${script} (exit code ${status})`] };
}

async function runUnitTests(): Promise<PartResult> {
  // WebGPU in Node uses this browser's software adapter.
  const browser = await requireChromium();
  const report = newReport("vitest.json");
  const args = ["run", "--allowOnly=false", "--reporter=default", "--reporter=json"];
  const exitCode = await runBin("vitest", "vitest", [...args, `--outputFile.json=${report}`], {
    CHROMIUM_PATH: browser,
  });
  return countVitest({ report: readReport(report), exitCode });
}

async function runJourneys(): Promise<PartResult> {
  const browser = await requireChromium();
  await buildPage({ always: false });
  const report = newReport("playwright.json");
  const port = await findFreePort("127.0.0.1", Number(process.env.E2E_PORT ?? E2E_PORT));
  const exitCode = await runBin(
    "@playwright/test",
    "playwright",
    ["test", "--forbid-only", "--reporter=list,json"],
    { CHROMIUM_PATH: browser, E2E_PORT: String(port), PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  );
  return countPlaywright({ report: readReport(report), exitCode });
}

async function runFirefoxJourneys(): Promise<PartResult> {
  const browser = await requireFirefox();
  await buildPage({ always: false });
  const report = newReport("firefox.json");
  const args = ["run", "--config", "e2e/firefox/vitest.config.ts", "--allowOnly=false"];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const environment = { FIREFOX_PATH: browser };
  const exitCode = await runBin("vitest", "vitest", [...args, ...reporters], environment);
  return countVitest({ report: readReport(report), exitCode });
}

/** Runs the npm that called this script, or else the one on the PATH. */
function runNpm(args: readonly string[]): Promise<number> {
  const caller = process.env.npm_execpath;
  return caller?.endsWith("npm-cli.js")
    ? run(process.execPath, [caller, ...args])
    : run("npm", args);
}

/** Formats minutes and seconds: `9:05 min`. */
function formatMinutes(elapsedMs: number): string {
  const seconds = Math.round(elapsedMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`;
}

function newReport(name: string): string {
  mkdirSync(REPORTS, { recursive: true });
  const path = join(REPORTS, name);
  rmSync(path, { force: true });
  return path;
}

function readReport(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

/** A part that cannot even start counts as one failure; the others continue. */
async function attempt(part: Part): Promise<PartResult> {
  try {
    return await part.run();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(message);
    return { passed: 0, failures: [`${part.title}: ${message}`] };
  }
}

function chosenParts(): readonly Part[] {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      browsers: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { only, browsers } = values;
  const inAll = (part: Part) => part.id !== "firefox" || browsers === "all";
  const chosen = PARTS.filter((part) => (only === undefined ? inAll(part) : part.id === only));
  const isKnown = browsers === undefined || browsers === "all";
  if (!values.help && isKnown && chosen.length > 0) {
    if (only === undefined && browsers === undefined)
      console.log("Journeys run in Chromium only; npm test -- --browsers all adds Firefox.");
    return chosen;
  }
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

const parts = chosenParts();
if (parts.some((part) => part.id !== "check")) await prepareData();

const results: PartResult[] = [];
const times: { readonly title: string; readonly elapsedMs: number }[] = [];
for (const [index, part] of parts.entries()) {
  const startedMs = performance.now();
  console.log(`\n[${index + 1}/${parts.length}] ${part.title}`);
  const result = await attempt(part);
  results.push(result);
  const elapsedMs = performance.now() - startedMs;
  times.push({ title: part.title, elapsedMs });
  console.log(
    `[${index + 1}/${parts.length}] ${closingLine([result])} in ${formatMinutes(elapsedMs)}`,
  );
}

const slowest = slowestTests(results, SLOWEST_SHOWN);
if (slowest.length > 0) console.log(`\nSlowest tests:\n${slowest.join("\n")}`);
const totalMs = times.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
console.log(
  `\nTime: ${times.map(({ title, elapsedMs }) => `${title} ${formatMinutes(elapsedMs)}`).join(", ")}; ` +
    `${formatMinutes(totalMs)} in all. Budget: ${BUDGET}.`,
);

const failures = results.flatMap((result) => result.failures);
if (failures.length > 0)
  console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join("\n")}`);
console.log(`\n${closingLine(results)}`);
process.exitCode = failures.length === 0 ? 0 : 1;

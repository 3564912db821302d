/**
 * Counts the results of a test run and its time from the JSON reports of Vitest and Playwright. A skipped test counts as
 * failed, because a check that did not run is not a pass. A run that left no report, found no test or failed outside its tests
 * counts as one failure.
 */

export interface PartResult {
  readonly passed: number;
  /** What failed, one line each. */
  readonly failures: readonly string[];
  /** The time of each test; absent when the part is not a list of tests. */
  readonly times?: readonly TestTime[];
}

interface TestTime {
  readonly name: string;
  readonly elapsedMs: number;
}

/** The reporter's file as parsed JSON (`undefined` when there is none), and the tool's exit code. */
interface ToolRun {
  readonly report: unknown;
  readonly exitCode: number;
}

export function countVitest(run: ToolRun): PartResult {
  const tests = vitestTests(run.report);
  return conclude("Vitest", run, tests);
}

export function countPlaywright(run: ToolRun): PartResult {
  const tests = [
    ...list(run.report, "errors").map((error) => ({
      name: `outside any test: ${firstLine(text(error, "message"))}`,
      status: "failed",
      elapsedMs: 0,
    })),
    ...list(run.report, "suites").flatMap((suite) => playwrightTests(suite, [])),
  ];
  return conclude("Playwright", run, tests);
}

/** Returns the last line of a test run. */
export function closingLine(results: readonly PartResult[]): string {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failures.length, 0);
  return `${passed} passed, ${failed} failed`;
}

/** Lists the slowest tests, one line each, slowest first, as candidates for shortening. */
export function slowestTests(results: readonly PartResult[], count: number): readonly string[] {
  return results
    .flatMap(({ times }) => times ?? [])
    .toSorted((a, b) => b.elapsedMs - a.elapsedMs)
    .slice(0, count)
    .map(({ name, elapsedMs }) => `${(elapsedMs / 1000).toFixed(1).padStart(7)} s  ${name}`);
}

interface CountedTest extends TestTime {
  readonly status: string;
}

function conclude(tool: string, run: ToolRun, tests: readonly CountedTest[]): PartResult {
  const passed = tests.filter((test) => test.status === "passed").length;
  const failures = tests
    .filter((test) => test.status !== "passed")
    .map((test) => `${tool}: ${test.name}${test.status === "failed" ? "" : ` (${test.status})`}`);
  if (run.report === undefined)
    failures.push(`${tool}: left no report (exit code ${run.exitCode})`);
  else if (tests.length === 0) failures.push(`${tool}: found no test`);
  else if (failures.length === 0 && run.exitCode !== 0) {
    failures.push(`${tool}: failed outside its tests (exit code ${run.exitCode}); see above`);
  }
  const times = tests.map(({ name, elapsedMs }) => ({ name: `${tool}: ${name}`, elapsedMs }));
  return { passed, failures, times };
}

function vitestTests(report: unknown): CountedTest[] {
  return list(report, "testResults").flatMap((file) => {
    const tests = list(file, "assertionResults").map((result) => ({
      name: text(result, "fullName"),
      status: text(result, "status"),
      elapsedMs: number(result, "duration"),
    }));
    const failedAsWhole =
      text(file, "status") === "failed" && !tests.some((test) => test.status === "failed");
    return failedAsWhole
      ? [
          ...tests,
          {
            name: `${text(file, "name")}: ${firstLine(text(file, "message"))}`,
            status: "failed",
            elapsedMs: 0,
          },
        ]
      : tests;
  });
}

function playwrightTests(suite: unknown, path: readonly string[]): CountedTest[] {
  const here = [...path, text(suite, "title")];
  const own = list(suite, "specs").flatMap((spec) =>
    list(spec, "tests").map((test) => ({
      name: [...here, text(spec, "title")].join(" › "),
      status: PLAYWRIGHT_STATUS[text(test, "status")] ?? "failed",
      elapsedMs: list(test, "results").reduce<number>(
        (sum, result) => sum + number(result, "duration"),
        0,
      ),
    })),
  );
  return [...own, ...list(suite, "suites").flatMap((inner) => playwrightTests(inner, here))];
}

/** Playwright reports how a test ended relative to what was expected; `flaky` means that it failed at first. */
const PLAYWRIGHT_STATUS: Readonly<Record<string, string>> = {
  expected: "passed",
  unexpected: "failed",
  flaky: "flaky",
  skipped: "skipped",
};

function list(value: unknown, key: string): readonly unknown[] {
  const found = property(value, key);
  return Array.isArray(found) ? found : [];
}

function text(value: unknown, key: string): string {
  const found = property(value, key);
  return typeof found === "string" ? found : "";
}

function number(value: unknown, key: string): number {
  const found = property(value, key);
  return typeof found === "number" ? found : 0;
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && key in value
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? "";
}

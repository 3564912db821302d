import { describe, expect, test } from "vitest";
import { closingLine, countPlaywright, countVitest, slowestTests } from "./testReport.ts";

const vitestReport = (...files: readonly object[]) => ({ testResults: files });
const vitestFile = (status: string, ...tests: readonly [name: string, status: string][]) => ({
  name: "src/core/units.test.ts",
  status,
  message: "SyntaxError: unexpected token\n  at line 1",
  assertionResults: tests.map(([fullName, result]) => ({ fullName, status: result })),
});

describe("counting Vitest", () => {
  test("passed and failed tests are counted, and the failed ones named", () => {
    const report = vitestReport(
      vitestFile("passed", ["adds", "passed"], ["subtracts", "passed"]),
      vitestFile("failed", ["divides", "failed"], ["multiplies", "passed"]),
    );
    expect(countVitest({ report, exitCode: 1 })).toMatchObject({
      passed: 3,
      failures: ["Vitest: divides"],
    });
  });

  test.each(["skipped", "pending", "todo"])("a test that was %s is no pass", (status) => {
    const report = vitestReport(vitestFile("passed", ["adds", "passed"], ["rounds", status]));
    expect(countVitest({ report, exitCode: 0 })).toMatchObject({
      passed: 1,
      failures: [`Vitest: rounds (${status})`],
    });
  });

  test("a file that could not be loaded is one failure", () => {
    expect(countVitest({ report: vitestReport(vitestFile("failed")), exitCode: 1 })).toMatchObject({
      passed: 0,
      failures: ["Vitest: src/core/units.test.ts: SyntaxError: unexpected token"],
    });
  });

  test("an error outside the tests is one failure", () => {
    const report = vitestReport(vitestFile("passed", ["adds", "passed"]));
    expect(countVitest({ report, exitCode: 1 }).failures).toEqual([
      "Vitest: failed outside its tests (exit code 1); see above",
    ]);
  });

  test("no report and no test are failures even with exit code 0", () => {
    expect(countVitest({ report: undefined, exitCode: 0 }).failures).toEqual([
      "Vitest: left no report (exit code 0)",
    ]);
    expect(countVitest({ report: vitestReport(), exitCode: 0 }).failures).toEqual([
      "Vitest: found no test",
    ]);
  });
});

describe("counting Playwright", () => {
  const spec = (title: string, status: string) => ({ title, tests: [{ status }] });

  test("journeys are counted through nested suites; skipped and flaky ones are no pass", () => {
    const report = {
      errors: [],
      suites: [
        {
          title: "training.spec.ts",
          specs: [spec("trains", "expected"), spec("pauses", "unexpected")],
          suites: [
            {
              title: "without WebGPU",
              specs: [spec("falls back", "skipped"), spec("says so", "flaky")],
            },
          ],
        },
      ],
    };
    expect(countPlaywright({ report, exitCode: 1 })).toMatchObject({
      passed: 1,
      failures: [
        "Playwright: training.spec.ts › pauses",
        "Playwright: training.spec.ts › without WebGPU › falls back (skipped)",
        "Playwright: training.spec.ts › without WebGPU › says so (flaky)",
      ],
    });
  });

  test("a server that did not come up is one failure", () => {
    const report = { suites: [], errors: [{ message: "Error: port is taken\n  at start" }] };
    expect(countPlaywright({ report, exitCode: 1 })).toMatchObject({
      passed: 0,
      failures: ["Playwright: outside any test: Error: port is taken"],
    });
  });
});

test("the closing line sums up all parts", () => {
  const results = [
    { passed: 4, failures: [] },
    { passed: 38, failures: ["one", "two"] },
  ];
  expect(closingLine(results)).toBe("42 passed, 2 failed");
});

test("the slowest tests of all parts come first, each with its seconds", () => {
  const vitest = countVitest({
    report: vitestReport({
      status: "passed",
      assertionResults: [
        { fullName: "quick", status: "passed", duration: 40 },
        { fullName: "slow", status: "passed", duration: 61_240 },
      ],
    }),
    exitCode: 0,
  });
  const playwright = countPlaywright({
    report: {
      suites: [
        {
          title: "training.spec.ts",
          specs: [
            {
              title: "trains",
              tests: [{ status: "expected", results: [{ duration: 9000 }, { duration: 500 }] }],
            },
          ],
        },
      ],
    },
    exitCode: 0,
  });
  expect(slowestTests([{ passed: 1, failures: [] }, vitest, playwright], 2)).toEqual([
    "   61.2 s  Vitest: slow",
    "    9.5 s  Playwright: training.spec.ts › trains",
  ]);
});

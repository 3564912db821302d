/**
 * `verify GOLDEN.json ... [options]`: compares our networks and engines with what real Keras computed. Model goldens need no
 * engine; traces are replayed on one.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import * as v from "valibot";
import { messageOf, PlaygroundError, serializeError } from "../core/errors.ts";
import { createCommand } from "./commandLine.ts";
import { ENGINE_NAMES, openerOf } from "./engines.ts";
import { goldenGraph } from "./goldenSpec.ts";
import { prepareKernels } from "./prepare.ts";
import type { Verdict } from "./verdict.ts";
import { modelGoldenSchema, verifyModel } from "./verifyModel.ts";
import { isTraceGolden, type TraceEngine, verifyTrace } from "./verifyTrace.ts";
import { ENGINE_RULE, requireName } from "./words.ts";

export function verifyCommand() {
  return createCommand({
    name: "verify",
    description: "Holds our networks and engines against what real Keras computed.",
    examples: [
      ["npm run verify -- goldens/models/*.json", "shapes and counts of the networks"],
      ["npm run verify -- goldens/traces/*.json --engine wasm", "training steps on an engine"],
      ["npm run --silent verify -- goldens/models/*.json --json", "for a program"],
    ],
    notes: ["Exit codes: 0 all passed, 1 some failed, 2 nothing was verified."],
  })
    .argument("<golden...>", "JSON files that Keras' side wrote")
    .option("--engine <name>", `${ENGINE_NAMES.join(", ")}, for traces`, "tfjs")
    .option("--json", "prints one JSON object on stdout and nothing else there")
    .action(async (files, { engine, json = false }) => {
      const opener = openerOf(requireName(engine, ENGINE_NAMES, ENGINE_RULE));
      await prepareKernels();
      process.exitCode = await verifyFiles(files, { engine, opener, json });
    });
}

interface Verification {
  readonly engine: string;
  readonly opener: TraceEngine;
  readonly json: boolean;
}

/** @returns the exit code */
async function verifyFiles(
  files: readonly string[],
  { engine, opener, json }: Verification,
): Promise<number> {
  const results: (Verdict & { readonly file: string })[] = [];
  for (const file of files) {
    const verdict = await verifyFile(file, opener);
    results.push({ file, ...verdict });
    if (!json) process.stdout.write(`${verdictLine(file, verdict)}\n`);
  }
  const count = (status: Verdict["status"]) =>
    results.filter((result) => result.status === status).length;
  const totals = {
    passed: count("passed"),
    failed: count("failed"),
    unsupported: count("unsupported"),
  };
  if (json) {
    process.stdout.write(`${JSON.stringify({ engine, ...totals, results })}\n`);
  } else {
    if (totals.unsupported > 0)
      process.stdout.write(`${totals.unsupported} not runnable on ${engine}, named above\n`);
    process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`);
  }
  return totals.failed > 0 ? 1 : 0;
}

/** A file that cannot be read or parsed counts as failed, and the others are still checked. */
async function verifyFile(file: string, engine: TraceEngine): Promise<Verdict> {
  try {
    const golden = await readGolden(file);
    if (isTraceGolden(golden)) return await verifyTrace(file, engine);
    const model = v.safeParse(modelGoldenSchema, golden);
    if (!model.success) throw invalidGolden(file, model.issues[0].message);
    return verifyModel(model.output, goldenGraph(model.output.spec));
  } catch (error) {
    const { code, message } = serializeError(error);
    const status = code === "engine.unsupported" ? "unsupported" : "failed";
    return { status, deviation: Number.NaN, allowed: 0, summary: message };
  }
}

async function readGolden(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw invalidGolden(file, messageOf(error));
  }
}

function invalidGolden(file: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "golden.invalid",
    where: basename(file),
    rule: "this is no golden",
    expected: "a model or a trace as the README of the goldens describes",
    got,
    remedy: "Check the path, or make the file again.",
  });
}

function verdictLine(file: string, { status, deviation, allowed, summary }: Verdict): string {
  const figures = Number.isNaN(deviation)
    ? ""
    : ` deviation ${figure(deviation)}, allowed ${figure(allowed)}:`;
  return `${status.padEnd(11)} ${basename(file)}:${figures} ${summary}`;
}

function figure(value: number): string {
  return value === 0 || (value >= 0.01 && value < 1e4)
    ? String(Number(value.toPrecision(3)))
    : value.toExponential(1);
}

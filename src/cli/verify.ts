/**
 * `npm run verify -- GOLDEN.json ... [--engine tfjs|reference|wasm|webgpu] [--json]`: our networks and engines against what real
 * Keras computed. Model goldens need no engine; traces are replayed on one.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import * as v from "valibot";
import { PlaygroundError, serializeError } from "../core/errors.ts";
import { readArguments, runCommand } from "./arguments.ts";
import { openerOf } from "./engines.ts";
import { goldenGraph } from "./goldenSpec.ts";
import type { Verdict } from "./verdict.ts";
import { modelGoldenSchema, verifyModel } from "./verifyModel.ts";
import { isTraceGolden, type TraceEngine, verifyTrace } from "./verifyTrace.ts";

await runCommand(async () => {
  const { values, positionals: files } = readArguments({
    allowPositionals: true,
    options: {
      engine: { type: "string", default: "tfjs" },
      json: { type: "boolean", default: false },
    },
  });
  if (files.length === 0) {
    process.stderr.write(
      "Usage: npm run verify -- GOLDEN.json ... [--engine tfjs|reference|wasm|webgpu] [--json]\n",
    );
    return 2;
  }
  const engine = openerOf(values.engine);

  const results: (Verdict & { readonly file: string })[] = [];
  for (const file of files) {
    const verdict = await verifyFile(file, engine);
    results.push({ file, ...verdict });
    if (!values.json) process.stdout.write(`${verdictLine(file, verdict)}\n`);
  }
  const count = (status: Verdict["status"]) =>
    results.filter((result) => result.status === status).length;
  const totals = {
    passed: count("passed"),
    failed: count("failed"),
    unsupported: count("unsupported"),
  };
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ engine: values.engine, ...totals, results })}\n`);
  } else {
    if (totals.unsupported > 0)
      process.stdout.write(`${totals.unsupported} not runnable on ${values.engine}, named above\n`);
    process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`);
  }
  return totals.failed > 0 ? 1 : 0;
});

/** A file that cannot be read or understood is a failed one: the others are still checked. */
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
    throw invalidGolden(file, error instanceof Error ? error.message : String(error));
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

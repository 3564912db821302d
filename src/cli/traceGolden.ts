/** Reads a trace golden: a short training in real Keras, in the format that the README of the goldens describes. */

import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as v from "valibot";
import { messageOf, PlaygroundError } from "../core/errors.ts";
import { greatestOf } from "../core/numbers.ts";
import { sizeOf } from "../core/shape.ts";
import { kerasOptimizerSchema } from "./kerasOptimizer.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const numbers = v.array(v.number());

const weightSchema = v.object({
  path: v.string(),
  shape: v.array(count),
  at: v.array(index),
  final: numbers,
  drift: v.number(),
  /** Absent for frozen weights and moving statistics. */
  gradient: v.optional(numbers),
  gradientScale: v.optional(v.number()),
  gradientDrift: v.optional(v.number()),
});

const traceSchema = v.object({
  spec: v.strictObject({
    net: v.unknown(),
    optimizer: kerasOptimizerSchema,
    size: v.optional(count),
    label_smoothing: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
    frozen: v.optional(v.string()),
  }),
  steps: count,
  batch: count,
  input: v.pipe(v.array(count), v.length(3)),
  batches: v.string(),
  initial: v.string(),
  labels: v.array(v.pipe(index, v.maxValue(255))),
  loss: numbers,
  lossDrift: numbers,
  inference: v.array(numbers),
  inferenceDrift: v.number(),
  weights: v.array(weightSchema),
});

export type TraceGolden = v.InferOutput<typeof traceSchema>;
export type TraceWeight = TraceGolden["weights"][number];

export interface LoadedTrace {
  readonly golden: TraceGolden;
  /** `[steps * batch, H, W, C]` */
  readonly images: Float32Array;
  /** Keyed by path. */
  readonly initial: ReadonlyMap<string, Float32Array>;
}

/** @throws PlaygroundError `golden.invalid` */
export async function loadTrace(path: string): Promise<LoadedTrace> {
  const golden = parseTrace(path, await readJson(path));
  const images = await readFloats(
    path,
    golden.batches,
    golden.steps * golden.batch * sizeOf(golden.input),
  );
  const sizes = golden.weights.map(({ shape }) => sizeOf(shape));
  const flat = await readFloats(
    path,
    golden.initial,
    sizes.reduce((total, size) => total + size, 0),
  );
  let begin = 0;
  const initial = new Map(
    golden.weights.map(({ path: weight, shape }) => {
      const values = flat.subarray(begin, begin + sizeOf(shape));
      begin += values.length;
      return [weight, values];
    }),
  );
  return { golden, images, initial };
}

function parseTrace(path: string, json: unknown): TraceGolden {
  const parsed = v.safeParse(traceSchema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw invalid(
      path,
      "this is no trace",
      "a trace as the README of the goldens describes",
      `${v.getDotPath(issue) ?? "file"}: ${issue.message}`,
    );
  }
  const golden = parsed.output;
  requireCount(path, "labels", golden.labels.length, golden.steps * golden.batch);
  requireCount(path, "loss", golden.loss.length, golden.steps);
  requireCount(path, "lossDrift", golden.lossDrift.length, golden.steps);
  requireCount(path, "inference", golden.inference.length, golden.batch);
  for (const weight of golden.weights) {
    requireCount(path, `final of ${weight.path}`, weight.final.length, weight.at.length);
    if (weight.gradient !== undefined)
      requireCount(path, `gradient of ${weight.path}`, weight.gradient.length, weight.at.length);
    if (weight.at.some((place) => place >= sizeOf(weight.shape))) {
      throw invalid(
        path,
        `${weight.path} is sampled outside its shape`,
        `places below ${sizeOf(weight.shape)}`,
        String(greatestOf(weight.at)),
      );
    }
  }
  return golden;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw invalid(path, "the file cannot be read", "JSON", messageOf(error));
  }
}

/**
 * Reads little-endian float32. The name is relative to the folder above the traces, where the program that makes them puts the
 * file.
 */
async function readFloats(trace: string, name: string, length: number): Promise<Float32Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(join(dirname(trace), "..", name));
  } catch (error) {
    throw invalid(
      trace,
      `its file ${name} cannot be read`,
      "a file in the folder above",
      messageOf(error),
    );
  }
  requireCount(trace, `${name} (bytes)`, bytes.length, 4 * length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length }, (_, place) => view.getFloat32(4 * place, true));
}

function requireCount(path: string, what: string, got: number, expected: number): void {
  if (got !== expected)
    throw invalid(
      path,
      `${what} has another length than the rest of the trace says`,
      String(expected),
      String(got),
    );
}

function invalid(path: string, rule: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "golden.invalid",
    where: basename(path),
    rule,
    expected,
    got,
    remedy: "Check the path, or make the file again.",
  });
}

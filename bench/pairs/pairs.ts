/**
 * `npm run bench -- pairs --against FOLDER`: whether a change made steps faster or slower. It measures this checkout and another
 * one in turns, each turn in a process of its own, and gives the ratio of their step times with its 95 % interval. Both must
 * compute the same losses, by bits.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PlaygroundError } from "../../src/core/errors.ts";
import { median } from "../median.ts";
import { aligned, figure } from "../table.ts";
import { FEWEST_PAIRS, MOST_PAIRS, type Ratio, ratioOf } from "./ratio.ts";

export interface PairsOptions {
  /** The folder of the other checkout, with its packages installed and its kernels built. */
  readonly against: string;
  readonly pairs: number;
}

export interface PairsResult {
  /** The commits of the other checkout and of this one. */
  readonly before: string;
  readonly after: string;
  readonly pairs: number;
  /** The load average over the last minute when the bench began: 0 on a quiet machine. */
  readonly loadBefore: number;
  readonly cases: readonly PairsCase[];
}

interface PairsCase {
  readonly engine: Engine;
  readonly name: string;
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Of the step times, this checkout's to the other's. */
  readonly ratio: Ratio;
}

type Engine = "wasm" | "webgpu";

interface Turn {
  readonly stepMs: number;
  readonly lossSum: number;
}

/** Cases of `bench cpu` and `bench gpu` whose steps are short enough for many pairs, and the steps of a turn. */
const CASES: readonly (readonly [engine: Engine, name: string, steps: number])[] = [
  ["wasm", "48/0.25/1/8", 100],
  ["wasm", "28/0.25/0/64", 60],
  ["wasm", "48/0.25/3/64", 8],
  ["webgpu", "28/0.25/0/64", 5],
];

const THIS_CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));
const TIMED_STEPS = fileURLToPath(new URL("timedSteps.ts", import.meta.url));
const execute = promisify(execFile);

/** @throws PlaygroundError `command.invalid` for options that cannot be, Error when the two compute different losses. */
export async function pairs({ against, pairs: count }: PairsOptions): Promise<PairsResult> {
  const other = resolve(against);
  requireCheckout(other);
  if (count < FEWEST_PAIRS || count > MOST_PAIRS)
    throw new PlaygroundError({
      code: "command.invalid",
      where: "--pairs",
      rule: "an interval needs several pairs, and Student's t is known for so many",
      expected: `${FEWEST_PAIRS} to ${MOST_PAIRS}`,
      got: String(count),
      remedy: "Give another number.",
    });
  const [loadBefore = Number.NaN] = loadavg();
  const cases: PairsCase[] = [];
  for (const each of CASES) cases.push(await measureCase(other, each, count));
  const [before, after] = await Promise.all([commitOf(other), commitOf(THIS_CHECKOUT)]);
  return { before, after, pairs: count, loadBefore, cases };
}

function requireCheckout(folder: string): void {
  if (existsSync(join(folder, "src", "cli", "engines.ts"))) return;
  throw new PlaygroundError({
    code: "command.invalid",
    where: "--against",
    rule: "it names the folder of another checkout of this repository",
    got: folder,
    remedy:
      "Make one with `git worktree add FOLDER COMMIT`, then `npm ci` and `npm run build:kernels` in it.",
  });
}

async function measureCase(
  other: string,
  [engine, name, steps]: (typeof CASES)[number],
  count: number,
): Promise<PairsCase> {
  console.error(`bench: pairs ${engine} ${name} ...`);
  const before: Turn[] = [];
  const after: Turn[] = [];
  const turns = [
    async () => void before.push(await turn(other, engine, name, steps)),
    async () => void after.push(await turn(THIS_CHECKOUT, engine, name, steps)),
  ];
  for (let pair = 0; pair < count; pair += 1) {
    // Each goes first in every other pair, so that neither always meets the warmer processor.
    for (const take of pair % 2 === 0 ? turns : turns.toReversed()) await take();
  }
  const losses = new Set([...before, ...after].map(({ lossSum }) => lossSum));
  if (losses.size > 1)
    throw new Error(`pairs: ${engine} ${name}: losses differ: ${[...losses].join(", ")}.`);
  const [beforeMs, afterMs] = [before, after].map((taken) => taken.map(({ stepMs }) => stepMs));
  return {
    ...{ engine, name, ratio: ratioOf(beforeMs ?? [], afterMs ?? []) },
    ...{ beforeMs: median(beforeMs ?? []), afterMs: median(afterMs ?? []) },
  };
}

async function turn(cwd: string, engine: Engine, name: string, steps: number): Promise<Turn> {
  const words = ["--import", "tsx", TIMED_STEPS, engine, name, String(steps)];
  const env = { ...process.env, WEBGPU_SOFTWARE: "1" };
  const { stdout } = await execute(process.execPath, words, { cwd, env });
  const { stepMs, lossSum }: Turn = JSON.parse(stdout);
  return { stepMs, lossSum };
}

async function commitOf(cwd: string): Promise<string> {
  const { stdout } = await execute("git", ["rev-parse", "--short", "HEAD"], { cwd });
  return stdout.trim();
}

export function pairsTable({
  before,
  after,
  pairs: count,
  loadBefore,
  cases,
}: PairsResult): string {
  const rows = cases.map(({ engine, name, beforeMs, afterMs, ratio }) => [
    ...[engine, name, figure(beforeMs), figure(afterMs)],
    `${ratio.mean.toFixed(3)} [${ratio.low.toFixed(3)}, ${ratio.high.toFixed(3)}]`,
  ]);
  return [
    `Milliseconds a step, median of ${count} turns in processes of their own; load ${figure(loadBefore)} when it began.`,
    ...aligned([["engine", "size/width/repeats/batch", before, after, "ratio [95 %]"], ...rows]),
  ].join("\n");
}

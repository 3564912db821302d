/** Shows one progress bar at a time on stderr, or a line every few seconds when stderr is not a terminal (a CI log). */
import cliProgress from "cli-progress";
import { formatBytes } from "../../src/core/units.ts";

const LINE_EVERY_MS = 5000;

export interface Progress {
  /** The number of things done so far, not since the last call. */
  update(done: number): void;
  stop(): void;
}

/** Creates a bar that counts to `total`. With `unit` "bytes", counts are written as `12.3 MB`. */
export function startProgress(title: string, total: number, unit: "bytes" | string): Progress {
  const amount = (count: number): string =>
    unit === "bytes" ? formatBytes(count) : `${Math.round(count)} ${unit}`;
  const bar = new cliProgress.SingleBar(
    {
      format: `${title} {bar} {percentage} % | {amount}`,
      stopOnComplete: false,
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: LINE_EVERY_MS,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0, { amount: amount(0) });
  return {
    update: (done) => bar.update(Math.min(done, total), { amount: amount(done) }),
    stop: () => bar.stop(),
  };
}

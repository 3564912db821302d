/**
 * Measures this processor's current limits through WebAssembly: the rate of 128-bit fused multiply-adds and the bandwidth of
 * copies that exceed every cache. It is repeated between the measurements, because clock rates change.
 */
import { greatestOf } from "../../../src/core/numbers.ts";
import { median } from "../../median.ts";
import type { CpuPage } from "../openCpuPage.ts";
import { compileProbe } from "./compileProbe.ts";

/** Best and median of all measurements. */
interface Rate {
  readonly best: number;
  readonly median: number;
}

export interface ProbeResult {
  readonly threads: number;
  /** 128-bit, two operations per lane, all threads together. */
  readonly multiplyAddGflops: Rate;
  /** Bytes read plus bytes written, all threads together. */
  readonly copyGBs: Rate;
}

export interface Probe {
  take(): Promise<void>;
  result(): readonly ProbeResult[];
}

const FLOPS_PER_ROUND = 96;
const MULTIPLY_ADD_ROUNDS = 20_000_000;
const COPIED_BYTES = 64 * 2 ** 20;
const COPY_ROUNDS = 4;

export async function createProbe(page: CpuPage, maxThreads: number): Promise<Probe> {
  const code = await compileProbe();
  const takings = Array.from({ length: maxThreads }, (_, index) => ({
    threads: index + 1,
    gflops: [] as number[],
    copyGBs: [] as number[],
  }));
  const milliseconds = async (kind: "multiplyAdd" | "copy", rounds: number, threads: number) =>
    greatestOf(await page.probe({ code, kind, rounds, threads, numBytes: COPIED_BYTES }));
  return {
    async take() {
      for (const { threads, gflops, copyGBs } of takings) {
        const flops = threads * MULTIPLY_ADD_ROUNDS * FLOPS_PER_ROUND;
        gflops.push(
          flops / 1e6 / (await milliseconds("multiplyAdd", MULTIPLY_ADD_ROUNDS, threads)),
        );
        const bytes = 2 * threads * COPY_ROUNDS * COPIED_BYTES;
        copyGBs.push(bytes / 1e6 / (await milliseconds("copy", COPY_ROUNDS, threads)));
      }
    },
    result: () =>
      takings.map(({ threads, gflops, copyGBs }) => ({
        threads,
        multiplyAddGflops: rateOf(gflops),
        copyGBs: rateOf(copyGBs),
      })),
  };
}

function rateOf(rates: readonly number[]): Rate {
  return { best: greatestOf(rates), median: median(rates) };
}

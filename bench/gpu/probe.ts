/**
 * Measures this adapter's current limits: the rate of multiply-adds in registers and the bandwidth of copies that exceed every
 * cache. It is repeated between the measurements, because clock rates change.
 */
import { greatestOf } from "../../src/core/numbers.ts";
import { type BoundList, ComputeDevice } from "../../src/exec/webgpu/computeDevice.ts";
import { type Float, stored } from "../../src/exec/webgpu/dispatch.ts";
import { openDevice } from "../../src/exec/webgpu/openDevice.ts";
import { dispatchOf } from "../../src/exec/webgpu/shader.ts";
import { timeGroups } from "../../src/exec/webgpu/timing.ts";
import { median } from "../median.ts";

/** Best and median of all measurements. */
interface Rate {
  readonly best: number;
  readonly median: number;
}

export interface GpuProbeResult {
  /** Two operations per lane. */
  readonly multiplyAddGflops: Rate;
  /** Bytes read plus bytes written. */
  readonly copyGBs: Rate;
}

export interface GpuProbe {
  take(): Promise<void>;
  /** Returns the best measurement, because other processes can only make it slower. */
  result(): GpuProbeResult;
  close(): void;
}

/** The number of bytes read, and also written: more than the caches of current cards hold. */
const COPIED_BYTES = 128 * 2 ** 20;
const THREADS = 2 ** 18;
/** Per thread: independent chains of four lanes, enough to hide the latency of an operation. */
const CHAINS = 8;
const ROUNDS = 64;
const FLOPS_A_DISPATCH = THREADS * ROUNDS * CHAINS * 4 * 2;
/** So long that neither the launch overhead nor a coarse clock matters. */
const LEAST_MS = 20;
const MOST_REPEATS = 4096;

/** @throws PlaygroundError `engine.*` */
export async function createProbe(gpu: GPU): Promise<GpuProbe> {
  const machine = new ComputeDevice(await openDevice(gpu));
  const { maxBufferSize, maxStorageBufferBindingSize } = machine.device.limits;
  const copiedBytes = Math.min(COPIED_BYTES, maxBufferSize, maxStorageBufferBindingSize);
  const sizes = new Map([
    ["from", copiedBytes / 4],
    ["to", copiedBytes / 4],
    ["sums", THREADS],
  ]);
  const storages = await machine.memory.allocate(sizes);
  const bind = async (kernel: ReturnType<typeof copyKernel>) =>
    machine.bind([{ ...kernel, label: `probe ${kernel.name}` }], storages);
  const copy = await bind(copyKernel(copiedBytes));
  // Compilers differ in which of the two forms becomes one instruction.
  const multiplyAdds = [
    await bind(multiplyAddKernel("fma(CHAIN, factor, term)")),
    await bind(multiplyAddKernel("CHAIN * factor + term")),
  ];
  const takings = { gflops: [] as number[], copyGBs: [] as number[] };
  return {
    async take() {
      const rates: number[] = [];
      for (const kernel of multiplyAdds)
        rates.push(FLOPS_A_DISPATCH / 1e6 / (await millisecondsOf(machine, kernel)));
      takings.gflops.push(greatestOf(rates));
      takings.copyGBs.push((2 * copiedBytes) / 1e6 / (await millisecondsOf(machine, copy)));
    },
    result: () => ({
      multiplyAddGflops: rateOf(takings.gflops),
      copyGBs: rateOf(takings.copyGBs),
    }),
    close: () => machine.close(),
  };
}

function copyKernel(numBytes: number) {
  return dispatchOf({
    name: "copy",
    width: 4,
    reads: { from: stored({ storage: "from", base: 0 }) },
    writes: { to: { tensor: { storage: "to", base: 0 } } },
    body: "to_set(i, from_at(i, 0u));",
    threads: numBytes / 16,
  });
}

/** The sum of all chains is written, so that the compiler cannot remove any. */
function multiplyAddKernel(multiplyAdd: string) {
  const numbers: Record<string, number | Float> = {
    rounds: ROUNDS,
    factor: { float: 0.999_999 },
    term: { float: 1e-6 },
  };
  const chains = Array.from({ length: CHAINS }, (_, index) => `chain${index}`);
  return dispatchOf({
    name: "multiplyAdd",
    writes: { sum: { tensor: { storage: "sums", base: 0 } } },
    numbers,
    body: [
      "let factor = vec4<f32>(p.factor);",
      "let term = vec4<f32>(p.term);",
      ...chains.map((chain, index) => `var ${chain} = vec4<f32>(f32(i + ${index}u));`),
      "for (var round = 0u; round < p.rounds; round += 1u) {",
      ...chains.map((chain) => `${chain} = ${multiplyAdd.replace("CHAIN", chain)};`),
      "}",
      `sum_set(i, dot(${chains.join(" + ")}, vec4<f32>(1.0)));`,
    ].join("\n"),
    threads: THREADS,
  });
}

/** Returns the milliseconds of one dispatch, repeated until all together take `LEAST_MS`. */
async function millisecondsOf({ device }: ComputeDevice, list: BoundList): Promise<number> {
  for (let repeats = 1; ; repeats *= 4) {
    const group = Array.from({ length: repeats }, () => list).flat();
    const [ms = Number.NaN] = (await timeGroups(device, [group])).ms;
    if (ms >= LEAST_MS || repeats >= MOST_REPEATS) return ms / repeats;
  }
}

function rateOf(rates: readonly number[]): Rate {
  return { best: greatestOf(rates), median: median(rates) };
}

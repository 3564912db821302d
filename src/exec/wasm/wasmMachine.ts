/**
 * The linear memory with the kernels and threads over it. Grows to the largest program it has to run and never beyond
 * what 32-bit addresses reach; what does not fit is refused before anything runs.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";
import { type BufferId, bufferAt, type Phase, type ProgramName } from "../../plan/buffers.ts";
import { encodeCalls } from "./callRecords.ts";
import { HelperThreads, type Threading } from "./helperThreads.ts";
import type { Call } from "./kernelCalls.ts";
import { instantiateKernels, type KernelExports, type KernelModule } from "./kernelModule.ts";
import { RECORD_BYTES } from "./recordLayout.ts";
import { CONTROL_ADDRESS, type PlacedLaunch, type WasmProgram } from "./wasmProgram.ts";

const PAGE_BYTES = 65_536;
/** 4 GiB, less one page so that every end is an address too. */
const MOST_PAGES = 65_535;

/** How long one launch of a plan took. */
export interface LaunchTime {
  readonly launch: PlacedLaunch;
  readonly milliseconds: number;
}

export class WasmMachine {
  readonly threads: number;
  /** Resolves with the reason when a thread dies. */
  readonly lost: Promise<string>;
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: KernelExports;
  readonly #helpers: HelperThreads;
  #loaded: WasmProgram | undefined;

  /** @throws PlaygroundError `engine.out-of-memory` or `engine.unavailable` */
  constructor({ module, memory }: KernelModule, threading: Threading, first: WasmProgram) {
    const { numBytes } = first;
    this.threads = threading.threads;
    this.#memory = allocate(numBytes, () => {
      const initial = pagesFor(numBytes);
      const shared = memory === "shared";
      return new WebAssembly.Memory({ initial, maximum: MOST_PAGES, shared });
    });
    this.#kernels = instantiateKernels(module, this.#memory);
    const task = { module, memory: this.#memory, control: CONTROL_ADDRESS };
    this.#helpers = new HelperThreads(threading, task);
    this.lost = this.#helpers.lost;
  }

  /** Once all threads listen; nothing runs before. */
  get ready(): Promise<void> {
    return this.#helpers.ready;
  }

  /** Makes room up to the address `numBytes`. Views taken before are void then. */
  reserve(numBytes: number): void {
    const missing = pagesFor(numBytes) - this.#memory.buffer.byteLength / PAGE_BYTES;
    if (missing > 0) allocate(numBytes, () => this.#memory.grow(missing));
  }

  get usedBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** The numbers of an `f32` buffer, as they lie in memory. */
  floats(program: WasmProgram, id: BufferId): Float32Array {
    return new Float32Array(this.#memory.buffer, program.address(id), sizeAt(program, id));
  }

  /** The numbers of an `i32` buffer, as they lie in memory. */
  integers(program: WasmProgram, id: BufferId): Int32Array {
    return new Int32Array(this.#memory.buffer, program.address(id), sizeAt(program, id));
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, address, length);
  }

  /**
   * Runs one call that belongs to no program.
   *
   * @param at where its record goes; the threads' scratch memory lies behind, `scratchBytes` for each.
   */
  runCall(call: Call, at: number, scratchBytes: number): void {
    this.reserve(at + RECORD_BYTES + this.threads * scratchBytes);
    this.bytes(at, RECORD_BYTES).set(encodeCalls([call]));
    const scratch = at + RECORD_BYTES;
    const { threads } = this;
    const stop = this.#run(() =>
      this.#kernels.run(CONTROL_ADDRESS, at, 0, 1, threads, scratch, scratchBytes),
    );
    if (stop !== undefined) throw brokenStep(call.kernel, stop.cause);
  }

  /** Runs a program; of `training`, the phases named. */
  run(
    program: WasmProgram,
    name: ProgramName,
    phases: readonly Phase[] = ["forward", "backward", "update"],
  ): void {
    this.#load(program);
    const launches = program.lists[name].launches.filter(({ phase }) => phases.includes(phase));
    this.#runLaunches(program, name, launches);
  }

  /** Runs a program launch by launch, with the time of each. */
  profile(program: WasmProgram, name: ProgramName): readonly LaunchTime[] {
    this.#load(program);
    return program.lists[name].launches.map((launch) => {
      const start = performance.now();
      this.#runLaunches(program, name, [launch]);
      return { launch, milliseconds: performance.now() - start };
    });
  }

  dispose(): void {
    this.#helpers.dispose();
  }

  #load(program: WasmProgram): void {
    if (this.#loaded === program) return;
    this.bytes(program.recordsAddress, program.records.length).set(program.records);
    this.#loaded = program;
  }

  /** @param launches consecutive ones. */
  #runLaunches(program: WasmProgram, name: ProgramName, launches: readonly PlacedLaunch[]): void {
    const { address } = program.lists[name];
    const first = launches[0]?.first ?? 0;
    const count = launches.reduce((total, launch) => total + launch.count, 0);
    // Threads meet behind calls only: after a job without any, the next one would overtake it.
    if (count === 0) return;
    const { threads } = this;
    const { scratchAddress, scratchBytes } = program;
    const stop = this.#run(() =>
      this.#kernels.run(
        CONTROL_ADDRESS,
        address,
        first,
        count,
        threads,
        scratchAddress,
        scratchBytes,
      ),
    );
    if (stop === undefined) return;
    const call = stop.call ?? first;
    const stopped = launches.find((one) => call >= one.first && call < one.first + one.count);
    throw brokenStep(stopped?.label ?? name, stop.cause);
  }

  #run(run: () => number): { readonly call?: number; readonly cause?: unknown } | undefined {
    try {
      const call = run();
      return call < 0 ? undefined : { call };
    } catch (cause) {
      // The others would wait for this thread.
      this.#helpers.stop();
      return { cause };
    }
  }
}

function sizeAt({ plan }: WasmProgram, id: BufferId): number {
  return bufferAt(plan.buffers, id).shape.reduce((product, side) => product * side, 1);
}

function pagesFor(numBytes: number): number {
  return Math.ceil(numBytes / PAGE_BYTES);
}

function allocate<T>(numBytes: number, make: () => T): T {
  let cause: unknown;
  if (pagesFor(numBytes) <= MOST_PAGES) {
    try {
      return make();
    } catch (error) {
      cause = error;
    }
  }
  throw new PlaygroundError(
    {
      code: "engine.out-of-memory",
      where: "CPU compiled",
      rule:
        cause === undefined
          ? "a plan must fit the memory that WebAssembly addresses"
          : "the browser gave no memory for the plan",
      expected: `room for ${formatBytes(numBytes)}`,
      got: cause instanceof Error ? cause.message : formatBytes(MOST_PAGES * PAGE_BYTES),
      remedy: "Lower Batch size or Input size, or choose a smaller network.",
      context: { numBytes, engine: "wasm", setting: "batchSize" },
    },
    { cause },
  );
}

/** @param cause what the kernel threw; without one, another thread failed. */
function brokenStep(step: string, cause: unknown): PlaygroundError {
  const where = `CPU compiled, ${step}`;
  const context = { step, engine: "wasm", setting: "engine" };
  if (cause === undefined) {
    return new PlaygroundError({
      code: "engine.device-lost",
      where,
      rule: "every thread must take part in a step",
      got: "a thread that ended or does not answer",
      remedy: "Train again, or choose another engine.",
      context,
    });
  }
  return new PlaygroundError(
    {
      code: "internal",
      where,
      rule: "the kernel stopped",
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: "Please report this with the settings of the run; another engine will train it.",
      context,
    },
    { cause },
  );
}

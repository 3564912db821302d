/** Runs lists of kernel calls on all threads, and tells which step stopped when a kernel or a thread fails. */
import { PlaygroundError } from "../../core/errors.ts";
import { HelperThreads, type Threading } from "./helperThreads.ts";
import { instantiateKernels, type KernelExports, type KernelModule } from "./kernelModule.ts";
import { CONTROL_ADDRESS, type PlacedLaunch } from "./wasmProgram.ts";

/** Where the records of a list of calls lie, and the memory that each thread works in. */
export interface CallPlaces {
  readonly recordsAddress: number;
  /** The threads' scratch memories lie one behind the other, `scratchBytes` each. */
  readonly scratchAddress: number;
  readonly scratchBytes: number;
}

type NamedCalls = Pick<PlacedLaunch, "label" | "first" | "count">;

export class KernelRunner {
  readonly threads: number;
  /** Resolves with the reason when a thread ends. */
  readonly lost: Promise<string>;
  readonly #kernels: KernelExports;
  readonly #helpers: HelperThreads;

  /** @throws PlaygroundError `engine.unavailable` */
  constructor({ module }: KernelModule, threading: Threading, memory: WebAssembly.Memory) {
    this.threads = threading.threads;
    this.#kernels = instantiateKernels(module, memory);
    this.#helpers = new HelperThreads(threading, { module, memory, control: CONTROL_ADDRESS });
    this.lost = this.#helpers.lost;
  }

  /** Resolves when all threads listen; nothing may run before. */
  get ready(): Promise<void> {
    return this.#helpers.ready;
  }

  /**
   * @param launches consecutive parts of the list.
   * @throws PlaygroundError `engine.device-lost` or `internal` with the step that stopped
   */
  run(launches: readonly NamedCalls[], places: CallPlaces): void {
    const first = launches[0]?.first ?? 0;
    const count = launches.reduce((total, launch) => total + launch.count, 0);
    // Threads wait for each other at the barrier behind a call. After a job without calls the next job could overtake it.
    if (count === 0) return;
    const stop = this.#call(first, count, places);
    if (stop === undefined) return;
    const call = stop.call ?? first;
    const stopped = launches.find((one) => call >= one.first && call < one.first + one.count);
    throw brokenStep(stopped?.label ?? "a step", stop.cause);
  }

  dispose(): void {
    this.#helpers.dispose();
  }

  #call(
    first: number,
    count: number,
    { recordsAddress, scratchAddress, scratchBytes }: CallPlaces,
  ): { readonly call?: number; readonly cause?: unknown } | undefined {
    const { threads } = this;
    try {
      const call = this.#kernels.run(
        CONTROL_ADDRESS,
        recordsAddress,
        first,
        count,
        threads,
        scratchAddress,
        scratchBytes,
      );
      return call < 0 ? undefined : { call };
    } catch (cause) {
      // The other threads would wait for this one forever.
      this.#helpers.stop();
      return { cause };
    }
  }
}

/** @param cause what the kernel threw; undefined when another thread failed. */
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

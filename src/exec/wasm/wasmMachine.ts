/**
 * The linear memory with the kernels over it. Grows to the largest program it has to run and never beyond what
 * 32-bit addresses reach; what does not fit is refused before anything runs.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";
import { type BufferId, bufferAt, type Phase, type ProgramName } from "../../plan/buffers.ts";
import { instantiateKernels, type Kernels } from "./kernelModule.ts";
import type { WasmProgram } from "./wasmProgram.ts";

const PAGE_BYTES = 65_536;
/** 4 GiB, less one page so that every end is an address too. */
const MOST_PAGES = 65_535;

export class WasmMachine {
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Kernels;

  /** @throws PlaygroundError `engine.out-of-memory` or `engine.unavailable` */
  constructor(module: WebAssembly.Module, first: WasmProgram) {
    const numBytes = first.numBytes;
    this.#memory = allocate(numBytes, () => {
      const initial = pagesFor(numBytes);
      return new WebAssembly.Memory({ initial, maximum: MOST_PAGES });
    });
    this.#kernels = instantiateKernels(module, this.#memory);
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

  /** @param args of `prepareImages` in `kernels/prepareImages.ts`. */
  prepareImages(args: readonly number[]): void {
    this.#kernels.prepareImages(...args);
  }

  /** Runs a program; of `training`, the phases named. */
  run(
    program: WasmProgram,
    name: ProgramName,
    phases: readonly Phase[] = ["forward", "backward", "update"],
  ): void {
    const { records, recordsAddress } = program;
    new Int32Array(this.#memory.buffer, recordsAddress, records.length).set(records);
    for (const { kernel, args, phase, step } of program.calls[name]) {
      if (!phases.includes(phase)) continue;
      try {
        this.#kernels[kernel](...args);
      } catch (error) {
        throw brokenStep(step, error);
      }
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
          ? "a plan must fit the 4 GB that WebAssembly addresses"
          : "the browser gave no memory for the plan",
      expected: `room for ${formatBytes(numBytes)}`,
      got: cause instanceof Error ? cause.message : formatBytes(MOST_PAGES * PAGE_BYTES),
      remedy: "Choose smaller batches, smaller images or a narrower network.",
      context: { numBytes },
    },
    { cause },
  );
}

function brokenStep(step: string, cause: unknown): PlaygroundError {
  return new PlaygroundError(
    {
      code: "internal",
      where: `CPU compiled, ${step}`,
      rule: "the kernel stopped",
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: "Please report this with the settings of the run; another engine will train it.",
      context: { step },
    },
    { cause },
  );
}

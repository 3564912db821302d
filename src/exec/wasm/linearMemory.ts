/**
 * The linear memory of WebAssembly. It grows when a program needs more, up to what 32-bit addresses reach. A request beyond that
 * fails before anything runs.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";

const PAGE_BYTES = 65_536;
/** 4 GiB minus one page, so that the end of the last page is a 32-bit address too. */
const MOST_PAGES = 65_535;

export class LinearMemory {
  readonly memory: WebAssembly.Memory;

  /** @throws PlaygroundError `engine.out-of-memory` */
  constructor(numBytes: number, shared: boolean) {
    this.memory = allocate(numBytes, () => {
      const initial = pagesFor(numBytes);
      return new WebAssembly.Memory({ initial, maximum: MOST_PAGES, shared });
    });
  }

  get usedBytes(): number {
    return this.memory.buffer.byteLength;
  }

  /**
   * Makes room up to the address `numBytes`. Earlier views become invalid when the memory grows.
   *
   * @throws PlaygroundError `engine.out-of-memory`
   */
  reserve(numBytes: number): void {
    const missing = pagesFor(numBytes) - this.usedBytes / PAGE_BYTES;
    if (missing > 0) allocate(numBytes, () => this.memory.grow(missing));
  }

  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  integers(address: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }
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
      remedy: "Lower Batch size, or choose smaller images or a smaller network.",
      context: { numBytes, engine: "wasm", setting: "batchSize" },
    },
    { cause },
  );
}

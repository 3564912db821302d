/** The compiled kernels as a module: which builds there are, and what a module exports. */
import { PlaygroundError } from "../../core/errors.ts";

/**
 * The builds of the same source. `plain` rounds every product, and so gives the same bits on every machine; `relaxed`
 * may round a product and a sum once, which is faster. Several threads need shared memory.
 */
export interface KernelBuild {
  readonly simd: "plain" | "relaxed";
  readonly memory: "shared" | "unshared";
}

export interface KernelModule extends KernelBuild {
  readonly module: WebAssembly.Module;
}

/** The file of a build, as `scripts/buildKernels.ts` names it. */
export function kernelFile({ simd, memory }: KernelBuild): string {
  return `kernels.${simd}.${memory}.wasm`;
}

/** The functions that `kernels/run.ts` exports for the calling thread. */
export interface KernelExports {
  run(
    control: number,
    list: number,
    first: number,
    count: number,
    threads: number,
    scratch: number,
    scratchBytes: number,
  ): number;
}

/** @throws PlaygroundError `engine.unavailable` for a module of another version. */
export function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): KernelExports {
  const { run } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  if (typeof run === "function") return { run: (...args) => Number(run(...args)) };
  throw new PlaygroundError({
    code: "engine.unavailable",
    where: "CPU compiled",
    rule: "the module of kernels is of another version",
    expected: "a function named run",
    got: "none of that name",
    remedy: "Build it again with npm run build:kernels, or reload the page.",
  });
}

/** Kernels to start from. Most of them separate; two do not. */
import { randomStream } from "../../core/random.ts";
import type { Kernel, KernelSide } from "./factorize.ts";

export interface KernelPreset {
  readonly id: string;
  readonly title: string;
  /** @param seed used only by the random kernel */
  readonly make: (side: KernelSide, seed: number) => Kernel;
}

const BINOMIAL: Readonly<Record<KernelSide, readonly number[]>> = {
  3: [1, 2, 1],
  5: [1, 4, 6, 4, 1],
};
const DIFFERENCE: Readonly<Record<KernelSide, readonly number[]>> = {
  3: [-1, 0, 1],
  5: [-1, -2, 0, 2, 1],
};
const LAPLACIAN: Readonly<Record<KernelSide, Kernel>> = {
  3: [
    [0, 1, 0],
    [1, -4, 1],
    [0, 1, 0],
  ],
  5: [
    [0, 0, -1, 0, 0],
    [0, -1, -2, -1, 0],
    [-1, -2, 16, -2, -1],
    [0, -1, -2, -1, 0],
    [0, 0, -1, 0, 0],
  ],
};

export const KERNEL_PRESETS: readonly KernelPreset[] = [
  {
    id: "sobel",
    title: "Sobel",
    make: (side) => outer(BINOMIAL[side], DIFFERENCE[side]),
  },
  {
    id: "box",
    title: "Box",
    make: (side) => outer(new Array<number>(side).fill(1), new Array<number>(side).fill(1)),
  },
  { id: "gaussian", title: "Gaussian", make: (side) => outer(BINOMIAL[side], BINOMIAL[side]) },
  { id: "laplacian", title: "Laplacian", make: (side) => LAPLACIAN[side] },
  {
    id: "random",
    title: "Random",
    make(side, seed) {
      const random = randomStream(seed, "kernel");
      const line = () => Array.from({ length: side }, () => random.nextInteger(19) - 9);
      return Array.from({ length: side }, line);
    },
  },
];

function outer(column: readonly number[], row: readonly number[]): Kernel {
  return column.map((down) => row.map((across) => down * across));
}

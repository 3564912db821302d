/** The compiled engine's targets relative to the other entrants in one run, as ratios of median step times. */
import type { EntrantName } from "./cases.ts";

export interface Target {
  readonly caseName: string;
  readonly other: EntrantName;
  /** The largest allowed ratio of our time to the other's. */
  readonly largestRatio: number;
}

const faster = (times: number) => 1 / times;

export const TARGETS: readonly Target[] = [
  { caseName: "28/0.25/0/64", other: "prototype", largestRatio: faster(1.25) },
  { caseName: "48/0.25/3/64", other: "prototype", largestRatio: faster(1.25) },
  { caseName: "94/0.25/3/64", other: "prototype", largestRatio: faster(1.25) },
  { caseName: "94/1/3/64", other: "prototype", largestRatio: faster(1.1) },
  { caseName: "48/0.25/1/8", other: "PyTorch", largestRatio: 0.35 },
  { caseName: "28/0.25/0/64", other: "PyTorch", largestRatio: 0.65 },
  { caseName: "48/0.25/3/64", other: "PyTorch", largestRatio: 0.7 },
  { caseName: "94/0.25/3/64", other: "PyTorch", largestRatio: 1 },
  { caseName: "94/1/3/64", other: "PyTorch", largestRatio: 1.8 },
  { caseName: "48/0.25/1/8", other: "stock tfjs cpu", largestRatio: faster(300) },
  { caseName: "48/0.25/3/8", other: "jax-js wasm", largestRatio: faster(100) },
];

/** Share of the probe's multiply-add rate, for pointwise convolutions of 728 channels. */
export const POINTWISE_SHARE = 0.85;

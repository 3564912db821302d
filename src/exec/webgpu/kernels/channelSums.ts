/**
 * Code that the kernels of batch normalisation share (`reference/batchNormalization.ts` has the formulas): two sums for each
 * channel, and the coefficients of inline steps. If a dispatch adds the partial sums, it also computes the coefficients.
 */
import type { BufferId } from "../../../plan/buffers.ts";
import { type Dispatch, type Kernel, type Read, stored, type Tensor } from "../dispatch.ts";
import { type Coefficients, type Lowering, widthOf } from "../lowering.ts";
import { dispatchOf } from "../shader.ts";

/** WGSL that stores both sums of a `chunk` and `channel` in `part`. */
export function setParts(first: string, second: string): string {
  return `part_set(2u * chunk * p.channels + channel, ${first});
    part_set((2u * chunk + 1u) * p.channels + channel, ${second});`;
}

interface Total {
  readonly name: string;
  readonly channels: number;
  readonly parts: Tensor;
  readonly chunks: number;
  readonly reads: Readonly<Record<string, Read | undefined>>;
  readonly writes: Kernel["writes"];
  readonly numbers: NonNullable<Kernel["numbers"]>;
  /** WGSL for `channel` that uses its two totals `first` and `second`. */
  readonly body: string;
  /** Variables of the body that coefficients can be computed from. */
  readonly provides: readonly string[];
}

/** Adds the partial sums of each channel in the order of the chunks. */
export function totalDispatch(total: Total, coefficients: Coefficients | undefined): Dispatch {
  const { channels, parts, provides } = total;
  const width = widthOf(channels);
  const own = coefficients && bodyOf(coefficients, provides);
  return dispatchOf({
    name: total.name,
    width,
    reads: { part: stored(parts), ...total.reads, ...own?.reads },
    writes: { ...total.writes, ...coefficients?.writes },
    numbers: {
      channels: channels / width,
      chunks: total.chunks,
      ...total.numbers,
      ...coefficients?.numbers,
    },
    body: `let channel = i;
      var first = V(0);
      var second = V(0);
      for (var chunk = 0u; chunk < p.chunks; chunk++) {
        first += part_at(2u * chunk * p.channels + channel, 0u);
        second += part_at((2u * chunk + 1u) * p.channels + channel, 0u);
      }
      ${total.body}
      ${own?.body ?? ""}`,
    threads: channels / width,
  });
}

/** Computes coefficients in a separate dispatch, when no dispatch before provides their sources. */
export function coefficientsDispatch(coefficients: Coefficients): Dispatch {
  const { name, channels, writes, numbers } = coefficients;
  const width = widthOf(channels);
  const { reads, body } = bodyOf(coefficients, []);
  return dispatchOf({
    name: `${name}, coefficients`,
    width,
    reads,
    writes,
    numbers: { channels: channels / width, ...numbers },
    body: `let channel = i;\n ${body}`,
    threads: channels / width,
  });
}

function bodyOf({ sources, reads, body }: Coefficients, provided: readonly string[]) {
  const missing = Object.entries(sources).filter(([name]) => !provided.includes(name));
  const loads = missing.map(([name]) => `let ${name} = ${name}_at(channel, 0u);`);
  return {
    reads: {
      ...Object.fromEntries(missing.map(([name, tensor]) => [name, stored(tensor)])),
      ...reads,
    },
    body: [...loads, body].join("\n"),
  };
}

/** Computed from `variance`. */
export const INVERSE = "V(1) / sqrt(variance + V(p.epsilon))";

interface Scaling {
  readonly gamma?: BufferId;
  readonly beta?: BufferId;
}

/** Reads one value for each channel, when the layer has them. */
export function scalingReads({ gamma, beta }: Scaling, lowering: Lowering) {
  const read = (id: BufferId | undefined) =>
    id === undefined ? undefined : stored(lowering.tensor(id));
  return { gamma: read(gamma), beta: read(beta) };
}

export function scaleOf({ gamma }: Scaling): string {
  return gamma === undefined ? "V(1)" : "gamma_at(channel, 0u)";
}

export function offsetOf({ beta }: Scaling): string {
  return beta === undefined ? "V(0)" : "beta_at(channel, 0u)";
}

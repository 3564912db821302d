/**
 * Code that the kernels of batch normalisation share (`reference/batchNormalization.ts` has the formulas): two sums for each
 * channel, and the coefficients of inline steps. If a dispatch adds the partial sums, it also computes the coefficients.
 */
import type { BufferId } from "../../../plan/buffers.ts";
import type { Step } from "../../../plan/step.ts";
import { type Dispatch, type Kernel, type Read, stored, type Tensor } from "../dispatch.ts";
import { type Coefficients, type Lowering, widthOf } from "../lowering.ts";
import { dispatchOf } from "../shader.ts";
import { stepReads } from "../stepKernel.ts";

/** WGSL that stores both sums of a `chunk` and `channel` in `part`. */
export function setParts(first: string, second: string): string {
  return `part_set(2u * chunk * p.channels + channel, ${first});
    part_set((2u * chunk + 1u) * p.channels + channel, ${second});`;
}

interface Total extends Pick<Kernel, "name" | "writes"> {
  readonly channels: number;
  readonly parts: Tensor;
  readonly chunks: number;
  readonly reads: Readonly<Record<string, Read>>;
  readonly numbers: NonNullable<Kernel["numbers"]>;
  /** WGSL for `channel` that uses its two totals `first` and `second`. */
  readonly body: string;
  /** Variables of the body that coefficients can be computed from. */
  readonly provides: readonly string[];
}

/** Adds the partial sums of each channel in the order of the chunks. */
export function totalDispatch(total: Total, coefficients: Coefficients | undefined): Dispatch {
  return channelDispatch(
    {
      ...total,
      reads: { part: stored(total.parts), ...total.reads },
      numbers: { chunks: total.chunks, ...total.numbers },
      body: `var first = V(0);
        var second = V(0);
        for (var chunk = 0u; chunk < p.chunks; chunk++) {
          first += part_at(2u * chunk * p.channels + channel, 0u);
          second += part_at((2u * chunk + 1u) * p.channels + channel, 0u);
        }
        ${total.body}`,
    },
    coefficients,
  );
}

/** Computes coefficients in a separate dispatch, when no dispatch before provides their sources. */
export function coefficientsDispatch(coefficients: Coefficients): Dispatch {
  const { name, channels } = coefficients;
  const nothing = { reads: {}, writes: {}, numbers: {}, body: "", provides: [] };
  return channelDispatch({ name: `${name}, coefficients`, channels, ...nothing }, coefficients);
}

/** A thread for some channels, which also computes coefficients if there are any. */
function channelDispatch(
  { channels, provides, ...kernel }: Omit<Total, "parts" | "chunks">,
  coefficients: Coefficients | undefined,
): Dispatch {
  const width = widthOf(channels);
  const missing = Object.fromEntries(
    Object.entries(coefficients?.sources ?? {}).filter(([name]) => !provides.includes(name)),
  );
  return dispatchOf({
    name: kernel.name,
    width,
    reads: { ...kernel.reads, ...missing, ...coefficients?.reads },
    writes: { ...kernel.writes, ...coefficients?.writes },
    numbers: { channels: channels / width, ...kernel.numbers, ...coefficients?.numbers },
    body: `let channel = i;
      ${kernel.body}
      ${loadsOf(missing)}
      ${coefficients?.body ?? ""}`,
    threads: channels / width,
  });
}

/** Computed from `variance`. */
export const INVERSE = "V(1) / sqrt(variance + V(p.epsilon))";

/** Reads the step's operands that have one number for each channel. */
export function channelReads(step: Step, lowering: Lowering): Readonly<Record<string, Read>> {
  const { x: _x, dy: _dy, ...ofChannels } = stepReads(step, lowering);
  return ofChannels;
}

/** WGSL that loads the numbers of `channel` into variables of the operands' names. */
export function loadsOf(reads: Readonly<Record<string, Read>>): string {
  return Object.keys(reads)
    .map((name) => `let ${name} = ${name}_at(channel, 0u);`)
    .join("\n");
}

interface Scaling {
  readonly gamma?: BufferId;
  readonly beta?: BufferId;
}

export function scaleOf({ gamma }: Scaling): string {
  return gamma === undefined ? "V(1)" : "gamma";
}

export function offsetOf({ beta }: Scaling): string {
  return beta === undefined ? "V(0)" : "beta";
}

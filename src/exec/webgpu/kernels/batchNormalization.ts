/**
 * Batch normalisation (`reference/batchNormalization.ts` has the formulas). Statistics are sums of `x - k` and its square
 * with the tensor's first row for k: one reading, and no loss of digits where a mean is large beside its deviation.
 */
import { sizeOf } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import { type Lower, type Lowering, rowSides, widthOf } from "../lowering.ts";
import { type Dispatch, dispatchOf, type Operand, type Read, stored } from "../shader.ts";
import { rowChunks } from "./sums.ts";

export const batchStatistics: Lower<"batchStatistics"> = ({ inputs, outputs }, lowering) => {
  const [rows, channels] = rowSides(lowering.shape(inputs.x));
  const width = widthOf(channels);
  const columns = channels / width;
  const { perChunk, chunks } = rowChunks(rows, columns);
  const parts = lowering.scratch(2 * chunks * channels);
  const x = stored(lowering.tensor(inputs.x));
  return [
    dispatchOf({
      name: "batchStatistics",
      width,
      reads: { x },
      writes: { part: { tensor: parts } },
      numbers: { columns, rows, perChunk },
      body: `let column = i % p.columns;
        let chunk = i / p.columns;
        let end = min(p.rows, (chunk + 1u) * p.perChunk);
        let shift = x_at(column, 0u);
        var sum = V(0);
        var squares = V(0);
        for (var row = chunk * p.perChunk; row < end; row++) {
          let value = x_at(row * p.columns + column, 0u) - shift;
          sum += value;
          squares = fma(value, value, squares);
        }
        part_set(2u * chunk * p.columns + column, sum);
        part_set((2u * chunk + 1u) * p.columns + column, squares);`,
      threads: columns * chunks,
    }),
    dispatchOf({
      name: "batchStatistics, total",
      width,
      reads: { x, part: stored(parts) },
      writes: {
        mean: { tensor: lowering.tensor(outputs.mean) },
        variance: { tensor: lowering.tensor(outputs.variance) },
      },
      numbers: { columns, chunks, rows },
      body: `${ADD_PARTS}
        let mean = sum / f32(p.rows);
        mean_set(i, x_at(i, 0u) + mean);
        variance_set(i, max(squares / f32(p.rows) - mean * mean, V(0)));`,
      threads: columns,
    }),
  ];
};

/** Of the column `i`, in the order of the chunks. */
const ADD_PARTS = `var sum = V(0);
  var squares = V(0);
  for (var chunk = 0u; chunk < p.chunks; chunk++) {
    sum += part_at(2u * chunk * p.columns + i, 0u);
    squares += part_at((2u * chunk + 1u) * p.columns + i, 0u);
  }`;

const INVERSE = "let inverse = V(1) / sqrt(variance_at(channel, 0u) + V(p.epsilon));";

export const normalize: Lower<"normalize"> = ({ inputs, outputs, attributes }, lowering) => {
  const shape = lowering.shape(inputs.x);
  const [, channels] = rowSides(shape);
  const width = widthOf(channels);
  return [
    dispatchOf({
      name: "normalize",
      width,
      reads: { x: stored(lowering.tensor(inputs.x)), ...statistics(inputs, lowering) },
      writes: { y: { tensor: lowering.tensor(outputs.y) } },
      numbers: { columns: channels / width, epsilon: { float: attributes.epsilon } },
      body: `let channel = i % p.columns;
        ${INVERSE}
        let xHat = (x_at(i, 0u) - mean_at(channel, 0u)) * inverse;
        y_set(i, fma(xHat, ${optional(inputs.gamma, "gamma", "V(1)")}, ${optional(inputs.beta, "beta", "V(0)")}));`,
      threads: sizeOf(shape) / width,
    }),
  ];
};

interface InlineStep {
  readonly operand: Operand;
  /** What computes the coefficients. */
  readonly dispatches: readonly Dispatch[];
}

/** The three coefficients of `normalized` in `shader.ts`. */
export function inlineNormalize(
  { inputs, attributes }: StepOf<"normalize">,
  lowering: Lowering,
): InlineStep {
  const [, channels] = rowSides(lowering.shape(inputs.x));
  const width = widthOf(channels);
  const columns = channels / width;
  const coefficients = lowering.kept(3 * channels);
  const dispatch = dispatchOf({
    name: "normalize, coefficients",
    width,
    reads: statistics(inputs, lowering),
    writes: { coefficient: { tensor: coefficients } },
    numbers: { columns, epsilon: { float: attributes.epsilon } },
    body: `let channel = i;
      ${INVERSE}
      coefficient_set(i, mean_at(i, 0u));
      coefficient_set(p.columns + i, inverse * ${optional(inputs.gamma, "gamma", "V(1)")});
      coefficient_set(2u * p.columns + i, ${optional(inputs.beta, "beta", "V(0)")});`,
    threads: columns,
  });
  const source = lowering.tensor(inputs.x);
  return {
    operand: { kind: "normalized", source, coefficients, channels },
    dispatches: [dispatch],
  };
}

export const normalizationSums: Lower<"normalizationSums"> = (
  { inputs, outputs, attributes },
  lowering,
) => {
  const [rows, channels] = rowSides(lowering.shape(inputs.x));
  const width = widthOf(channels);
  const columns = channels / width;
  const { perChunk, chunks } = rowChunks(rows, columns);
  const parts = lowering.scratch(2 * chunks * channels);
  return [
    dispatchOf({
      name: "normalizationSums",
      width,
      reads: {
        dy: stored(lowering.tensor(inputs.dy)),
        x: stored(lowering.tensor(inputs.x)),
        ...statistics(inputs, lowering),
      },
      writes: { part: { tensor: parts } },
      numbers: { columns, rows, perChunk, epsilon: { float: attributes.epsilon } },
      body: `let channel = i % p.columns;
        let chunk = i / p.columns;
        let end = min(p.rows, (chunk + 1u) * p.perChunk);
        let mean = mean_at(channel, 0u);
        ${INVERSE}
        var sum = V(0);
        var product = V(0);
        for (var row = chunk * p.perChunk; row < end; row++) {
          let dy = dy_at(row * p.columns + channel, 0u);
          sum += dy;
          product = fma(dy, x_at(row * p.columns + channel, 0u) - mean, product);
        }
        part_set(2u * chunk * p.columns + channel, sum);
        part_set((2u * chunk + 1u) * p.columns + channel, product * inverse);`,
      threads: columns * chunks,
    }),
    dispatchOf({
      name: "normalizationSums, total",
      width,
      reads: { part: stored(parts) },
      writes: {
        sum: { tensor: lowering.tensor(outputs.sumDy) },
        product: { tensor: lowering.tensor(outputs.sumDyXhat) },
      },
      numbers: { columns, chunks },
      body: `${ADD_PARTS}\n sum_set(i, sum);\n product_set(i, squares);`,
      threads: columns,
    }),
  ];
};

export const normalizationGradient: Lower<"normalizationGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) => {
  const shape = lowering.shape(inputs.x);
  const [rows, channels] = rowSides(shape);
  const width = widthOf(channels);
  return [
    dispatchOf({
      name: "normalizationGradient",
      width,
      reads: {
        dy: stored(lowering.tensor(inputs.dy)),
        x: stored(lowering.tensor(inputs.x)),
        ...statistics(inputs, lowering),
        ...sums(inputs, lowering),
      },
      writes: { dx: { tensor: lowering.tensor(outputs.dx) } },
      numbers: { columns: channels / width, rows, epsilon: { float: attributes.epsilon } },
      body: `let channel = i % p.columns;
        ${INVERSE}
        let xHat = (x_at(i, 0u) - mean_at(channel, 0u)) * inverse;
        let both = fma(xHat, product_at(channel, 0u), sum_at(channel, 0u)) / f32(p.rows);
        let scale = inverse * ${optional(inputs.gamma, "gamma", "V(1)")};
        dx_set(i, scale * (dy_at(i, 0u) - both));`,
      threads: sizeOf(shape) / width,
    }),
  ];
};

/** The four coefficients of `normalizationGradient` in `shader.ts`. */
export function inlineNormalizationGradient(
  { inputs, attributes }: StepOf<"normalizationGradient">,
  lowering: Lowering,
): InlineStep {
  const [rows, channels] = rowSides(lowering.shape(inputs.x));
  const width = widthOf(channels);
  const columns = channels / width;
  const coefficients = lowering.kept(4 * channels);
  const dispatch = dispatchOf({
    name: "normalizationGradient, coefficients",
    width,
    reads: { ...statistics(inputs, lowering), ...sums(inputs, lowering) },
    writes: { coefficient: { tensor: coefficients } },
    numbers: { columns, rows, epsilon: { float: attributes.epsilon } },
    body: `let channel = i;
      ${INVERSE}
      let scale = inverse * ${optional(inputs.gamma, "gamma", "V(1)")};
      coefficient_set(i, mean_at(i, 0u));
      coefficient_set(p.columns + i, scale);
      coefficient_set(2u * p.columns + i, -scale * inverse * product_at(i, 0u) / f32(p.rows));
      coefficient_set(3u * p.columns + i, -scale * sum_at(i, 0u) / f32(p.rows));`,
    threads: columns,
  });
  const [source, x] = [lowering.tensor(inputs.dy), lowering.tensor(inputs.x)];
  return {
    operand: { kind: "normalizationGradient", source, x, coefficients, channels },
    dispatches: [dispatch],
  };
}

interface Statistics {
  readonly mean: number;
  readonly variance: number;
  readonly gamma?: number;
  readonly beta?: number;
}

/** Of one value a channel. */
function statistics(inputs: Statistics, lowering: Lowering): Record<string, Read | undefined> {
  const read = (id: number | undefined) =>
    id === undefined ? undefined : stored(lowering.tensor(id));
  return {
    mean: read(inputs.mean),
    variance: read(inputs.variance),
    gamma: read(inputs.gamma),
    beta: read(inputs.beta),
  };
}

function sums(
  inputs: { readonly sumDy: number; readonly sumDyXhat: number },
  lowering: Lowering,
): Record<string, Read> {
  return {
    sum: stored(lowering.tensor(inputs.sumDy)),
    product: stored(lowering.tensor(inputs.sumDyXhat)),
  };
}

function optional(id: number | undefined, name: string, otherwise: string): string {
  return id === undefined ? otherwise : `${name}_at(channel, 0u)`;
}

/**
 * Clips by global norm: partial sums of the squares of all gradients, then the factor. The arena's padding is zero and adds
 * nothing.
 */

import { stored } from "../dispatch.ts";
import { call } from "../functions.ts";
import type { Lower } from "../lowering.ts";
import { dispatchOf } from "../shader.ts";
import { readScaling, timesScaling, UNSCALE } from "./lossScale.ts";
import { runsOf } from "./runs.ts";

const THREADS = 1024;

export const clipFactor: Lower<"clipFactor"> = ({ inputs, outputs, attributes }, lowering) => {
  const runs = runsOf([inputs.gradients], lowering);
  const parts = lowering.scratch(THREADS * runs.length);
  return [
    ...runs.map(({ place: [gradients], count }, index) =>
      dispatchOf({
        name: "clipFactor",
        width: 4,
        reads: {
          gradient: gradients && stored(gradients),
          scaling: readScaling(lowering.lossScale),
        },
        writes: { part: { tensor: { ...parts, base: index * THREADS }, width: 1 } },
        numbers: { count: count / 4 },
        body: `var squares = 0.0;
          for (var at = i; at < p.count; at += p.threads) {
            let value = gradient_at(at, 0u)${timesScaling(lowering.lossScale, UNSCALE)};
            squares += dot(value, value);
          }
          part_set(i, squares);`,
        threads: THREADS,
      }),
    ),
    dispatchOf({
      name: "clipFactor, total",
      reads: { part: stored(parts) },
      writes: { factor: { tensor: lowering.tensor(outputs.factor) } },
      numbers: { parts: THREADS * runs.length, clipNorm: { float: attributes.clipNorm } },
      body: `var squares = 0.0;
        for (var part = 0u; part < p.parts; part++) { squares += part_at(part, 0u); }
        let norm = sqrt(squares);
        factor_set(0u, p.clipNorm / select(max(norm, p.clipNorm), norm, ${call("is_nan", "norm", 1)}));`,
      threads: 1,
    }),
  ];
};

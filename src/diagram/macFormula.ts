/**
 * Writes out the multiplications of a convolution with its own numbers, beside those of its twin: the ordinary convolution that
 * a separable one replaces, or the other way round. Pure functions. The factors are those that `analyze` multiplies.
 */
import type { MapShape, Pair } from "../core/shape.ts";
import { formatCount } from "../core/units.ts";
import type { LayerAnalysis } from "../network/analysis.ts";
import { convolutionName } from "../network/blocks.ts";
import { factorsOf } from "../network/factors.ts";
import {
  convolutionTerm,
  depthwiseTerm,
  type MacTerm,
  macsOf,
} from "../network/layers/macTerms.ts";

export interface WrittenMacs {
  readonly terms: readonly WrittenTerm[];
  readonly macs: number;
}

export interface WrittenTerm {
  readonly label: MacTerm["label"];
  readonly factors: readonly number[];
}

export interface MacFormula extends WrittenMacs {
  /** The name of the convolution: `block4_sepconv1`. */
  readonly name: string;
  /** Absent where the window is 1x1 or the layer is dense, because there is nothing to separate. */
  readonly twin?: WrittenMacs & { readonly kind: "ordinary" | "separable" };
}

/**
 * Returns one formula for each layer that multiplies, in the order of the graph. The layers of one convolution share a formula.
 * @param layers of one block
 */
export function macFormulas(layers: readonly LayerAnalysis[]): readonly MacFormula[] {
  const groups = new Map<string, LayerAnalysis[]>();
  for (const entry of layers.filter(({ macTerms }) => macTerms.length > 0)) {
    const name = convolutionName(entry.layer);
    groups.set(name, [...(groups.get(name) ?? []), entry]);
  }
  return [...groups].map(([name, steps]) => {
    const twin = twinOf(steps);
    const formula = { name, ...written(steps.flatMap(({ macTerms }) => macTerms)) };
    return twin === undefined ? formula : { ...formula, twin };
  });
}

/** Writes `depthwise 3·3·64·47·47 + pointwise 64·128·47·47 = 19,368,512`. */
export function writeTerms({ terms, macs }: WrittenMacs): string {
  const products = terms.map(({ label, factors }) => `${label} ${factors.join("·")}`);
  return `${products.join(" + ")} = ${formatCount(macs)}`;
}

/** The window of a 1x1 convolution is not written. */
function written(terms: readonly MacTerm[]): WrittenMacs {
  return {
    macs: macsOf(terms),
    terms: terms.map((term) => ({
      label: term.label,
      factors: factorsOf(term.sizes)
        .filter(({ role }) => term.label !== "pointwise" || !role.startsWith("window"))
        .map(({ value }) => value),
    })),
  };
}

function twinOf(steps: readonly LayerAnalysis[]): MacFormula["twin"] {
  const spatial = steps.flatMap(({ layer }) =>
    "kernelSize" in layer && layer.kernelSize.some((side) => side !== 1) ? [layer] : [],
  )[0];
  const channels = steps[0]?.inputShapes[0]?.at(-1);
  const map = steps.at(-1)?.shape;
  if (spatial === undefined || channels === undefined || !isMap(map)) return undefined;
  const kind = spatial.type === "Conv2D" ? "separable" : "ordinary";
  const convolution = (kernelSize: Pair) => convolutionTerm(kernelSize, channels, map[2], map);
  const terms =
    kind === "separable"
      ? [depthwiseTerm(spatial.kernelSize, channels, 1, map), convolution([1, 1])]
      : [convolution(spatial.kernelSize)];
  return { kind, ...written(terms) };
}

function isMap(shape: LayerAnalysis["shape"] | undefined): shape is MapShape {
  return shape?.length === 3;
}

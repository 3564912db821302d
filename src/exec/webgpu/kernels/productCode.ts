/**
 * Writes the kernel of a matrix product in any variant. Both factors are given as WGSL functions. So they may be stored
 * directly, transposed or under a window, or be computed while they are loaded. The caller decides where the result is stored.
 *
 * For the rows of the left factor, `left_origin(row)` and `left_terms(k)` compute what is the same for a whole row or term, and
 * `left_four(origin, terms)` returns four consecutive numbers. These are consecutive along the terms or along the rows. In the
 * second case it is called for every fourth row, and may go beyond the last. The functions of the right factor's columns are
 * analogous.
 */
import type { Team, Width } from "../dispatch.ts";
import { columnStep, eachOf, type ProductShape, rowStep } from "./productParts.ts";
import { registersBody } from "./productRegisters.ts";
import { subgroupBody } from "./productSubgroup.ts";
import { type ProductVariant, threadsOf, tileOf } from "./productVariants.ts";
import { workgroupBody, workgroupMemory } from "./productWorkgroup.ts";

export interface ProductCode {
  readonly functions: string;
  /**
   * WGSL that reads `p.m`, `p.n`, `p.k`, `p.across` and `p.tiles` (tiles across and in total), `p.perPart` (terms of a part).
   */
  readonly body: string;
  readonly team: Team | undefined;
}

/** WGSL that writes `value`, a `V`, to the `part` of the result; `at` counts from the part's beginning. */
export type Store = (at: string, channel: string, value: string) => string;

/** Every variant's number of terms per round divides this, and every part of a sum is a multiple of it. */
export const MOST_TERMS = 16;

export function productCode(shape: ProductShape, width: Width, store: Store): ProductCode {
  const { variant } = shape;
  const wrap = (middle: string) =>
    [
      placeOf(variant),
      `let end = ${shape.isSpread ? "select(p.k, 0u, tile_m >= p.places)" : "min(p.k, (part + 1u) * p.perPart)"};`,
      eachOf(variant.rows, (r) =>
        eachOf(variant.columns / 4, (c) => `var c${r}_${c} = vec4<f32>(0);`),
      ),
      middle,
      storeTile(shape, width, store),
    ].join("\n");
  switch (variant.sharing) {
    case "none":
      return { functions: "", body: wrap(registersBody(shape)), team: undefined };
    case "workgroup":
      return {
        functions: workgroupMemory(shape, variant),
        body: wrap(workgroupBody({ ...shape, variant })),
        team: { of: "workgroup", size: threadsOf(variant) },
      };
    case "subgroup":
      return {
        functions: "",
        body: wrap(subgroupBody({ ...shape, variant })),
        team: { of: "subgroup", size: threadsOf(variant) },
      };
  }
}

/** WGSL that computes `part`, the thread's tile, and its first row and column, `m0` and `n0`. */
function placeOf(variant: ProductVariant): string {
  const [rows, columns] = tileOf(variant);
  const index = variant.sharing === "none" ? "i" : "block";
  const [down, right] = {
    none: ["0u", "0u"],
    workgroup: [`4u * (lane / ${variant.across}u)`, `4u * (lane % ${variant.across}u)`],
    subgroup: ["0u", "4u * lane"],
  }[variant.sharing];
  return `let part = ${index} / p.tiles;
    let tile = ${index} % p.tiles;
    let tile_m = (tile / p.across) * ${rows}u;
    let tile_n = (tile % p.across) * ${columns}u;
    let m0 = tile_m + ${down};
    let n0 = tile_n + ${right};`;
}

/** WGSL that stores the thread's rows and columns that are inside the result. */
function storeTile({ variant, isSpread }: ProductShape, width: Width, store: Store): string {
  const parts = { 4: [""], 2: [".xy", ".zw"], 1: [".x", ".y", ".z", ".w"] }[width];
  return eachOf(variant.rows, (r) => {
    const row = `m0 + ${rowStep(variant) * Math.floor(r / 4) + (r % 4)}u`;
    const stores = eachOf(variant.columns / 4, (c) =>
      parts
        .map((part, place) => {
          const column = `(n0 + ${columnStep(variant) * c + place * width}u)`;
          const at = `(to * p.n + ${column}) / ${width}u`;
          const value = `c${r}_${c}${part}`;
          const spread = isSpread ? `select(V(0), ${value}, row < p.places)` : value;
          return `if (${column} < p.n) { ${store(at, `${column} / ${width}u`, spread)} }`;
        })
        .join("\n"),
    );
    const to = isSpread ? "spread_row(row)" : "row";
    return `{
      let row = ${row};
      let to = ${to};
      if (row < p.m${isSpread ? " && to != NOWHERE" : ""}) { ${stores} }
    }`;
  });
}

/**
 * Writes the kernel of a product of matrices in any variant. Both factors come as functions of WGSL, so that they may lie as
 * they are, transposed or under a window, or be computed while they are loaded; where the result goes is the caller's.
 *
 * For the rows of the left factor: `left_origin(row)` and `left_terms(k)` are what is worth computing once for a row and
 * for a term, and `left_four(origin, terms)` gives four numbers from there on. They follow one another along the terms, or
 * along the side: then it is asked for every fourth row, and may go beyond the last. The same of the right factor's columns.
 */
import type { Team, Width } from "../shader.ts";
import {
  type ProductVariant,
  type SubgroupVariant,
  threadsOf,
  tileOf,
  type WorkgroupVariant,
} from "./productVariants.ts";

/** Which way four numbers lie that are loaded at once. */
export type Along = "terms" | "side";

export interface ProductShape {
  readonly variant: ProductVariant;
  readonly left: Along;
  readonly right: Along;
  /** Of each sum, or of each of its parts. */
  readonly terms: number;
  /** Rows go where `spread_row` says; those from `p.places` on are zero. */
  readonly isSpread?: boolean;
}

export interface ProductCode {
  readonly functions: string;
  /** Reads `p.m`, `p.n`, `p.k`, `p.across` and `p.tiles` (tiles across and in all), `p.perPart` (terms of a part). */
  readonly body: string;
  readonly team: Team | undefined;
}

/** Writes `value`, a `V`, into the `part` of the result; `at` counts from the part's beginning. */
export type Store = (at: string, channel: string, value: string) => string;

/** Of the left factor. */
function numRows({ isSpread }: Pick<ProductShape, "isSpread">): string {
  return isSpread ? "p.places" : "p.m";
}

/** Parts of a sum are multiples of it, as it is a multiple of every variant's round. */
export const MOST_TERMS = 16;

/** Terms that are taken at a time. */
function roundOf({ variant, left, right }: Omit<ProductShape, "terms">): number {
  switch (variant.sharing) {
    case "none":
      return left === "side" && right === "side" ? 1 : 4;
    case "workgroup":
      return variant.depth;
    case "subgroup":
      return Math.max(4, (4 * variant.lanes) / variant.rows);
  }
}

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
        team: { of: "subgroup", size: variant.lanes },
      };
  }
}

/** `part`, the thread's tile and `m0` and `n0`, its first row and column. */
function placeOf(variant: ProductVariant): string {
  const [rows, columns] = tileOf(variant);
  const index = variant.sharing === "none" ? "i" : "block";
  const across = variant.sharing === "workgroup" ? variant.across : 1;
  const [down, right] = {
    none: ["0u", "0u"],
    workgroup: [`4u * (lane / ${across}u)`, `4u * (lane % ${across}u)`],
    subgroup: ["0u", "4u * lane"],
  }[variant.sharing];
  return `let part = ${index} / p.tiles;
    let tile = ${index} % p.tiles;
    let tile_m = (tile / p.across) * ${rows}u;
    let tile_n = (tile % p.across) * ${columns}u;
    let m0 = tile_m + ${down};
    let n0 = tile_n + ${right};`;
}

/** WGSL of four numbers of a factor: of the thread's row, column or group of four `index`, at the term `step` of a round. */
type Load = (index: number, step: number) => string;

/** Adds `steps` terms, 1 or 4, to the thread's part of the result. */
function round(
  { variant: { rows, columns }, left, right }: ProductShape,
  steps: number,
  loadLeft: Load,
  loadRight: Load,
): string {
  const groups = columns / 4;
  return [
    left === "terms"
      ? eachOf(rows, (r) => `let a${r} = ${loadLeft(r, 0)};`)
      : eachOf(steps, (s) => eachOf(rows / 4, (q) => `let a${s}_${q} = ${loadLeft(q, s)};`)),
    right === "terms"
      ? eachOf(groups, (c) => {
          const four = [0, 1, 2, 3].map((n) => loadRight(4 * c + n, 0));
          return `let b${c} = transpose(mat4x4<f32>(${four.join(", ")}));`;
        })
      : eachOf(groups, (c) => eachOf(steps, (s) => `let b${s}_${c} = ${loadRight(c, s)};`)),
    eachOf(steps, (s) =>
      eachOf(rows, (r) => {
        const a =
          left === "terms" ? `a${r}.${"xyzw"[s]}` : `a${s}_${Math.floor(r / 4)}.${"xyzw"[r % 4]}`;
        return eachOf(groups, (c) => {
          const b = right === "terms" ? `b${c}[${s}]` : `b${s}_${c}`;
          return `c${r}_${c} = fma(vec4<f32>(${a}), ${b}, c${r}_${c});`;
        });
      }),
    ),
  ].join("\n");
}

/** What lies beyond the sum's end counts as zero: it could be anything, NaN included. */
function until(end: string, along: Along, four: string, k: string): string {
  const inside =
    along === "terms"
      ? `vec4<u32>(0u, 1u, 2u, 3u) + vec4<u32>(${k}) < vec4<u32>(${end})`
      : `${k} < ${end}`;
  return `select(vec4<f32>(0), ${four}, ${inside})`;
}

/** Lanes lie side by side, so that groups of four columns of one thread lie so many columns apart. */
function columnStep(variant: ProductVariant): number {
  if (variant.sharing === "none") return 4;
  return 4 * (variant.sharing === "workgroup" ? variant.across : variant.lanes);
}

/** As `columnStep`, of rows. */
function rowStep(variant: ProductVariant): number {
  return variant.sharing === "workgroup" ? 4 * variant.down : 4;
}

/** What several loads share, by the WGSL of its argument: computed once. */
function shared(name: string, maker: string, args: readonly string[]) {
  const distinct = [...new Set(args)];
  return {
    lines: eachOf(distinct.length, (at) => `let ${name}${at} = ${maker}(${distinct[at]});`),
    of: (arg: string) => `${name}${distinct.indexOf(arg)}`,
  };
}

/** The terms from which a factor's fours are loaded for `steps` terms from `k` on. */
function termsOf(factor: "left" | "right", along: Along, steps: number, k: string) {
  const at = (step: number) => `${k} + ${step}u`;
  const args = Array.from({ length: along === "terms" ? 1 : steps }, (_, step) => at(step));
  const { lines, of } = shared(`${factor}Terms`, `${factor}_terms`, args);
  return { lines, of: (step: number) => of(at(step)), at };
}

/** The right factor straight from memory. */
function rightDirect({ variant, right }: ProductShape, isBounded: boolean) {
  const step = columnStep(variant);
  const columnOf = (index: number) =>
    right === "side" ? step * index : step * Math.floor(index / 4) + (index % 4);
  const origins = eachOf(
    right === "side" ? variant.columns / 4 : variant.columns,
    (index) => `let right${index} = right_origin(n0 + ${columnOf(index)}u);`,
  );
  /** For `steps` terms from `k` on. */
  const from = (k: string, steps: number) => {
    const terms = termsOf("right", right, steps, k);
    const load: Load = (index, step) => {
      const four = `right_four(right${index}, ${terms.of(step)})`;
      return isBounded ? until("end", right, four, terms.at(step)) : four;
    };
    return { lines: terms.lines, load };
  };
  return { origins, from };
}

function registersBody(shape: ProductShape): string {
  const { variant, left, terms } = shape;
  const steps = roundOf(shape);
  const isBounded = terms % steps !== 0;
  const right = rightDirect(shape, isBounded);
  const rightTerms = right.from("k", steps);
  const leftTerms = termsOf("left", left, steps, "k");
  const loadLeft: Load = (index, step) => {
    const four = `left_four(left${index}, ${leftTerms.of(step)})`;
    return isBounded ? until("end", left, four, leftTerms.at(step)) : four;
  };
  return `${
    left === "terms"
      ? eachOf(
          variant.rows,
          (r) => `let left${r} = left_origin(min(m0 + ${r}u, ${numRows(shape)} - 1u));`,
        )
      : eachOf(variant.rows / 4, (q) => `let left${q} = left_origin(m0 + ${4 * q}u);`)
  }
    ${right.origins}
    for (var k = part * p.perPart; k < end; k += ${steps}u) {
      ${leftTerms.lines}
      ${rightTerms.lines}
      ${round(shape, steps, loadLeft, rightTerms.load)}
    }`;
}

/**
 * Of the rows' numbers for a round, fours are dealt out to the lanes; each four is then spoken to all lanes when its turn
 * comes. Columns lie side by side over the lanes, which read them from memory.
 */
function subgroupBody(shape: ProductShape & { readonly variant: SubgroupVariant }): string {
  const { variant, left, terms } = shape;
  const { rows, lanes } = variant;
  const steps = roundOf(shape);
  const isBounded = terms % steps !== 0;
  const right = rightDirect(shape, isBounded);
  // Fours that lie at the same terms (or term), and how many of those to go on by then.
  const [together, onward] = left === "terms" ? [rows, 4] : [rows / 4, 1];
  const perLane = (rows * steps) / 4 / lanes;
  const own = (index: number) => `(lane + ${index * lanes}u)`;
  const termOf = (index: number) =>
    together % lanes === 0
      ? `k + ${Math.floor((index * lanes) / together) * onward}u`
      : `k + ${own(index)} / ${together}u * ${onward}u`;
  const rowOf = (index: number) => {
    const row = `${lanes % together === 0 ? "lane" : own(index)} % ${together}u`;
    return left === "terms" ? `min(m0 + ${row}, ${numRows(shape)} - 1u)` : `m0 + ${row} * 4u`;
  };
  const places = Array.from({ length: perLane }, (_, index) => index);
  const origins = shared("left", "left_origin", places.map(rowOf));
  const leftTerms = shared("leftTerms", "left_terms", places.map(termOf));
  const spoken = (four: number) =>
    `subgroupBroadcast(own${Math.floor(four / lanes)}, ${four % lanes}u)`;
  return `${origins.lines}
    ${right.origins}
    for (var k = part * p.perPart; k < end; k += ${steps}u) {
      ${leftTerms.lines}
      ${eachOf(perLane, (index) => {
        const four = `left_four(${origins.of(rowOf(index))}, ${leftTerms.of(termOf(index))})`;
        return `let own${index} = ${isBounded ? until("end", left, four, termOf(index)) : four};`;
      })}
      ${eachOf(steps / 4, (quad) => {
        const loadLeft: Load = (index, step) =>
          spoken(((4 * quad + step) / onward) * together + index);
        const rightTerms = right.from(`k + ${4 * quad}u`, 4);
        return `{ ${rightTerms.lines}
          ${round(shape, 4, loadLeft, rightTerms.load)} }`;
      })}
    }`;
}

/** A tile's fours in workgroup memory, where and as they come from the factor. */
function tileLayout(factor: Along, sides: number, depth: number) {
  const groups = sides / 4;
  // One four more than there are: neighbours then lie in different banks.
  const stride = depth / 4 + 1;
  return factor === "terms"
    ? {
        size: sides * stride,
        /** Of the side `4 * group + index % 4`; every fourth side lies together, as neighbouring threads read them. */
        at: (group: string, index: string, term: string) =>
          `((${index}) * ${groups}u + ${group}) * ${stride}u + (${term}) / 4u`,
      }
    : {
        size: groups * depth,
        at: (group: string, _index: string, term: string) => `(${term}) * ${groups}u + ${group}`,
      };
}

function workgroupMemory({ left, right }: ProductShape, variant: WorkgroupVariant): string {
  const [rows, columns] = tileOf(variant);
  return `var<workgroup> left_tile: array<vec4<f32>, ${tileLayout(left, rows, variant.depth).size}>;
var<workgroup> right_tile: array<vec4<f32>, ${tileLayout(right, columns, variant.depth).size}>;`;
}

function workgroupBody(shape: ProductShape & { readonly variant: WorkgroupVariant }): string {
  const { variant, left, right } = shape;
  const { depth, down, across } = variant;
  const [rows, columns] = tileOf(variant);
  const fillLeft = tileFill("left", left, rows, "tile_m", numRows(shape), variant);
  const fillRight = tileFill("right", right, columns, "tile_n", "p.n", variant);
  const read = (
    factor: "left" | "right",
    along: Along,
    sides: number,
    first: string,
    step: number,
  ): Load => {
    const { at } = tileLayout(along, sides, depth);
    return (index, term) => {
      const group = along === "side" ? index : Math.floor(index / 4);
      return `${factor}_tile[${at(`${first} + ${group * step}u`, `${index % 4}u`, `term + ${term}u`)}]`;
    };
  };
  return `${fillLeft.origins}
    ${fillRight.origins}
    let down = lane / ${across}u;
    let right = lane % ${across}u;
    for (var k = part * p.perPart; k < end; k += ${depth}u) {
      ${fillLeft.fill}
      ${fillRight.fill}
      workgroupBarrier();
      for (var term = 0u; term < ${depth}u; term += 4u) {
        ${round(shape, 4, read("left", left, rows, "down", down), read("right", right, columns, "right", across))}
      }
      workgroupBarrier();
    }`;
}

/** Every thread brings in as many fours of a tile as any other, neighbours what lies side by side in memory. */
function tileFill(
  factor: "left" | "right",
  along: Along,
  sides: number,
  first: string,
  numSides: string,
  variant: WorkgroupVariant,
) {
  const { depth } = variant;
  const threads = threadsOf(variant);
  const { at } = tileLayout(along, sides, depth);
  const [quads, groups] = [depth / 4, sides / 4];
  const places = Array.from({ length: (sides * quads) / threads }, (_, index) => {
    const four = `(lane + ${index * threads}u)`;
    return along === "terms"
      ? { side: `${four} / ${quads}u`, term: `lane % ${quads}u * 4u` }
      : { side: `lane % ${groups}u * 4u`, term: `${four} / ${groups}u` };
  });
  const originOf = ({ side }: (typeof places)[number]) =>
    along === "terms" ? `min(${first} + ${side}, ${numSides} - 1u)` : `${first} + ${side}`;
  const termOf = ({ term }: (typeof places)[number]) => `k + ${term}`;
  const origins = shared(factor, `${factor}_origin`, places.map(originOf));
  const terms = shared(`${factor}Terms`, `${factor}_terms`, places.map(termOf));
  return {
    origins: origins.lines,
    fill: [
      terms.lines,
      ...places.map((place) => {
        const four = `${factor}_four(${origins.of(originOf(place))}, ${terms.of(termOf(place))})`;
        const to = at(`(${place.side}) / 4u`, `(${place.side}) % 4u`, place.term);
        return `${factor}_tile[${to}] = ${until("end", along, four, termOf(place))};`;
      }),
    ].join("\n"),
  };
}

/** Stores what of the thread's rows and columns lies inside the result. */
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

function eachOf(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

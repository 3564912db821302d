/** A product by workgroups: their threads load tiles of both factors into workgroup memory. */
import {
  type Along,
  type Load,
  numRows,
  type ProductShape,
  round,
  shared,
  until,
} from "./productParts.ts";
import { threadsOf, tileOf, type WorkgroupVariant } from "./productVariants.ts";

export function workgroupMemory({ left, right }: ProductShape, variant: WorkgroupVariant): string {
  const [rows, columns] = tileOf(variant);
  return `var<workgroup> left_tile: array<vec4<f32>, ${tileLayout(left, rows, variant.depth).size}>;
var<workgroup> right_tile: array<vec4<f32>, ${tileLayout(right, columns, variant.depth).size}>;`;
}

export function workgroupBody(
  shape: ProductShape & { readonly variant: WorkgroupVariant },
): string {
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

/** The layout of a tile in workgroup memory, in groups of four consecutive numbers of the factor. */
function tileLayout(factor: Along, sides: number, depth: number) {
  const groups = sides / 4;
  // The stride is one group longer than needed, so that neighbouring threads use different memory banks.
  const stride = depth / 4 + 1;
  return factor === "terms"
    ? {
        size: sides * stride,
        /** For the row or column `4 * group + index % 4`. Every fourth one is adjacent, as neighbouring threads read them. */
        at: (group: string, index: string, term: string) =>
          `((${index}) * ${groups}u + ${group}) * ${stride}u + (${term}) / 4u`,
      }
    : {
        size: groups * depth,
        at: (group: string, _index: string, term: string) => `(${term}) * ${groups}u + ${group}`,
      };
}

/** Each thread loads the same number of groups of a tile, and neighbouring threads load adjacent memory. */
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

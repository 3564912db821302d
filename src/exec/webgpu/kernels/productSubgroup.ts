/**
 * A product by subgroups. The rows' numbers for a round are divided among the lanes in groups of four, and each group is
 * broadcast to all lanes when it is needed. Neighbouring lanes handle neighbouring columns and read them from memory.
 */
import {
  eachOf,
  type Load,
  numRows,
  type ProductShape,
  rightDirect,
  round,
  roundOf,
  shared,
  until,
} from "./productParts.ts";
import type { SubgroupVariant } from "./productVariants.ts";

export function subgroupBody(shape: ProductShape & { readonly variant: SubgroupVariant }): string {
  const { variant, left, terms } = shape;
  const { rows, across: lanes } = variant;
  const steps = roundOf(shape);
  const isBounded = terms % steps !== 0;
  const right = rightDirect(shape, isBounded);
  // The number of groups of four for the same terms (or term), and the number of terms to advance after them.
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

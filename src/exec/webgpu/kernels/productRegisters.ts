/** A product whose threads are independent: each reads both factors directly from memory. */
import {
  eachOf,
  type Load,
  numRows,
  type ProductShape,
  rightDirect,
  round,
  roundOf,
  termsOf,
  until,
} from "./productParts.ts";

export function registersBody(shape: ProductShape): string {
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

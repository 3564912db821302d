/** Sums two or more maps, a few at a time, because a dispatch can bind only a limited number of buffers. */

import type { Operand } from "../dispatch.ts";
import type { LowerJoined } from "../lowering.ts";
import { mapDispatch } from "../rows.ts";

/** Each term may need two buffers, and the terms share a third for their coefficients. */
const TERMS_AT_ONCE = 3;

export const add: LowerJoined<"add"> = ({ inputs, outputs }, lowering, joined) => {
  const target = joined.mask?.dx ?? lowering.tensor(outputs.y);
  const terms = inputs.terms.map((id) => lowering.operand(id));
  const numDispatches = Math.ceil(terms.length / TERMS_AT_ONCE);
  return Array.from({ length: numDispatches }, (_, index) => {
    const own = terms.slice(index * TERMS_AT_ONCE, (index + 1) * TERMS_AT_ONCE);
    const values = own.map((_term, place) => `term${place}_at(at, channel)`);
    const sum = (index === 0 ? values : ["target_now(at)", ...values]).join(" + ");
    return mapDispatch(
      {
        name: "add",
        shape: lowering.shape(outputs.y),
        reads: namedTerms(own),
        value: `(${sum})`,
        target,
      },
      index === numDispatches - 1 ? joined : {},
    );
  });
};

function namedTerms(terms: readonly Operand[]) {
  return Object.fromEntries(terms.map((operand, place) => [`term${place}`, { operand }]));
}

/** Sums two or more maps, a few at a time, because a dispatch can bind only a limited number of buffers. */
import type { LowerJoined } from "../lowering.ts";
import { mapDispatch } from "../rows.ts";

/** Each term may need two buffers, and the terms share a third for their coefficients. */
const TERMS_AT_ONCE = 3;

export const add: LowerJoined<"add"> = ({ op, inputs, outputs }, lowering, joined) => {
  const { mask } = joined;
  const sum = mask === undefined ? lowering.write(outputs.y) : { tensor: mask.dx };
  const terms = inputs.terms.map((id) => lowering.read(id));
  const numDispatches = Math.ceil(terms.length / TERMS_AT_ONCE);
  return Array.from({ length: numDispatches }, (_, index) => {
    const own = terms.slice(index * TERMS_AT_ONCE, (index + 1) * TERMS_AT_ONCE);
    const values = own.map((_term, place) => `term${place}_at(at, channel)`);
    return mapDispatch(
      {
        name: op,
        shape: lowering.shape(outputs.y),
        reads: Object.fromEntries(own.map((term, place) => [`term${place}`, term])),
        writes: { sum },
        target: "sum",
        value: `(${(index === 0 ? values : ["sum_now(at)", ...values]).join(" + ")})`,
      },
      index === numDispatches - 1 ? joined : {},
    );
  });
};

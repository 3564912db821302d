/** Sums of two or more maps, a few at a time: a dispatch can be bound to so many buffers only. */
import { sizeOf } from "../../../core/shape.ts";
import { type LowerMasked, masked, rowSides, widthOf } from "../lowering.ts";
import { dispatchOf, type Operand } from "../shader.ts";

/** Each may take two buffers, and their coefficients a third between them. */
const TERMS_AT_ONCE = 3;

export const add: LowerMasked<"add"> = ({ inputs, outputs }, lowering, mask) => {
  const shape = lowering.shape(outputs.y);
  const [, channels] = rowSides(shape);
  const width = widthOf(channels);
  const tensor = mask?.dx ?? lowering.tensor(outputs.y);
  const terms = inputs.terms.map((id) => lowering.operand(id));
  const numDispatches = Math.ceil(terms.length / TERMS_AT_ONCE);
  return Array.from({ length: numDispatches }, (_, index) => {
    const own = terms.slice(index * TERMS_AT_ONCE, (index + 1) * TERMS_AT_ONCE);
    const last = index === numDispatches - 1 ? mask : undefined;
    const values = own.map((_term, place) => `term${place}_at(i, channel)`);
    const sum = (index === 0 ? values : ["y_now(i)", ...values]).join(" + ");
    return dispatchOf({
      name: "add",
      width,
      reads: {
        ...namedTerms(own),
        mask: last && { operand: last.y },
      },
      writes: { y: { tensor } },
      numbers: { channels: channels / width },
      body: `let channel = i % p.channels;\n y_set(i, ${masked(last, `(${sum})`, "i", "channel")});`,
      threads: sizeOf(shape) / width,
    });
  });
};

function namedTerms(terms: readonly Operand[]) {
  return Object.fromEntries(terms.map((operand, place) => [`term${place}`, { operand }]));
}

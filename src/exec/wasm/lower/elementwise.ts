/** Activations, sums, dropout. What a step may write over, its kernel reads first. */
import type { Call, Lower } from "./lowering.ts";

export const activation: Lower<"activation"> = (
  { inputs, outputs, attributes },
  { address, size },
) => [
  {
    kernel: attributes.activation,
    args: [address(inputs.x), address(outputs.y), size(outputs.y)],
  },
];

export const activationGradient: Lower<"activationGradient"> = (
  { inputs, outputs, attributes },
  { address, size },
) => [
  {
    kernel: `${attributes.activation}Gradient`,
    args: [address(inputs.dy), address(inputs.y), address(outputs.dx), size(outputs.dx)],
  },
];

/** Terms that one call of the kernel takes. */
const MOST_TERMS = 4;

/** More terms than one call takes gather in scratch memory, since the sum may lie where a term does. */
export const add: Lower<"add"> = ({ inputs, outputs }, { address, size, scratch }) => {
  const count = size(outputs.y);
  const target = address(outputs.y);
  const sum = (into: number, terms: readonly number[]): Call => {
    const places = Array.from({ length: MOST_TERMS }, (_, place) => terms[place] ?? 0);
    return { kernel: "sumTerms", args: [into, count, ...places] };
  };
  const [first = 0, ...rest] = inputs.terms.map(address);
  if (rest.length < MOST_TERMS) return [sum(target, [first, ...rest])];
  const partial = scratch(count);
  const calls: Call[] = [];
  for (let start = 0; start < rest.length; start += MOST_TERMS - 1) {
    const terms = rest.slice(start, start + MOST_TERMS - 1);
    const isLast = start + MOST_TERMS - 1 >= rest.length;
    calls.push(sum(isLast ? target : partial, [start === 0 ? first : partial, ...terms]));
  }
  return calls;
};

export const dropout: Lower<"dropout"> = (
  { inputs, outputs, attributes: { seed, rate } },
  { address, size },
) => {
  const ends = [address(inputs.x), address(outputs.y), size(outputs.y)];
  return [{ kernel: "dropout", args: [...ends, address(inputs.step), seed, rate] }];
};

export const dropoutGradient: Lower<"dropoutGradient"> = (
  { inputs, outputs, attributes: { seed, rate } },
  { address, size },
) => {
  const ends = [address(inputs.dy), address(outputs.dx), size(outputs.dx)];
  return [{ kernel: "dropout", args: [...ends, address(inputs.step), seed, rate] }];
};

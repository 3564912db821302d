/**
 * TensorFlow multiplies the factors of a batch norm into the middle of the activation before it: `x * ((1 + erf(x)) * gamma)`.
 * The activation is recognised when the factors come after it.
 */
import type { GraphProto, NodeProto } from "./onnxMessages.ts";

/** @returns the nodes of a graph, with `a * (b * factors)` as `(a * b) * factors` where `b` is a part of an activation. */
export function withFactorsLast({ node, initializer }: GraphProto): NodeProto[] {
  const lists = new Set(
    initializer.filter(({ dims }) => dims.some((side) => side > 1n)).map(({ name }) => name),
  );
  const makers = new Map(node.flatMap((one) => one.output.map((name) => [name, one] as const)));
  const numReaders = new Map<string, number>();
  for (const name of node.flatMap(({ input }) => input))
    numReaders.set(name, (numReaders.get(name) ?? 0) + 1);
  const isPart = (name: string): boolean => {
    const maker = makers.get(name);
    if (maker?.opType === "Add") return maker.input.some((one) => isBent(makers.get(one)));
    return maker?.opType === "Sigmoid";
  };
  const moved = new Set<NodeProto>();
  const last = node.map((outer) => {
    if (outer.opType !== "Mul") return [outer];
    for (const [place, name] of outer.input.entries()) {
      const inner = makers.get(name);
      const other = outer.input[1 - place];
      const factors = inner?.input.find((one) => lists.has(one));
      const part = inner?.input.find((one) => one !== factors && isPart(one));
      const isInner = inner?.opType === "Mul" && numReaders.get(name) === 1;
      if (!isInner || other === undefined || factors === undefined || part === undefined) continue;
      moved.add(inner);
      return [
        { ...inner, input: [part, other] },
        { ...outer, input: [name, factors] },
      ];
    }
    return [outer];
  });
  return last.flat().filter((one) => !moved.has(one));
}

function isBent(maker: NodeProto | undefined): boolean {
  return maker?.opType === "Erf" || maker?.opType === "Tanh";
}

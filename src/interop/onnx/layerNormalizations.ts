/**
 * Before operator set 17, exporters write layer normalisation as means, squares and a root. It is read as one operator:
 * `d / sqrt(mean(d * d) + epsilon) * gamma + beta` with `d = x - mean(x)`.
 */
import { create } from "@bufbuild/protobuf";
import { leastOf } from "../../core/numbers.ts";
import { constantOf } from "./constants.ts";
import { floatOf, integersOf } from "./nodeAttributes.ts";
import { type GraphProto, type NodeProto, NodeProtoSchema } from "./onnxMessages.ts";

const FLOAT_ATTRIBUTE = 1;
const INTEGER_ATTRIBUTE = 2;

/** @returns the nodes with each layer normalisation as one. What computed its parts is left out by the graph. */
export function withLayerNormalizations({ node, initializer }: GraphProto): NodeProto[] {
  const makers = new Map(node.flatMap((one) => one.output.map((name) => [name, one] as const)));
  const stored = new Map(initializer.map((tensor) => [tensor.name ?? "", tensor]));
  const readers = new Map<string, NodeProto[]>();
  for (const one of node)
    for (const name of one.input) {
      const list = readers.get(name);
      if (list === undefined) readers.set(name, [one]);
      else list.push(one);
    }
  const made = (name: string | undefined, operator: string) => {
    const maker = makers.get(name ?? "");
    return maker?.opType === operator ? maker : undefined;
  };
  const numberOf = (name: string) => {
    const tensor =
      stored.get(name) ?? made(name, "Constant")?.attribute.find((one) => one.name === "value")?.t;
    return tensor?.dims.every((side) => side === 1n) && tensor.dataLocation !== 1
      ? constantOf(tensor)?.values[0]
      : undefined;
  };
  /** The operand of a commutative node that is a constant list, when nothing else reads the node before. */
  const listAfter = (name: string, operator: string) => {
    const [next, ...others] = readers.get(name) ?? [];
    const list = next?.input.find((one) => one !== name) ?? "";
    const isList = (stored.get(list)?.dims.length ?? 0) === 1;
    return next?.opType === operator && others.length === 0 && isList
      ? { list, output: next.output[0] ?? "" }
      : undefined;
  };
  const replaced = new Map<string, NodeProto>();
  for (const norm of node) {
    // TensorFlow gives a batch norm the statistics of each image, with the batch as the channels.
    const mean = made(made(norm.input[3], "Squeeze")?.input[0], "ReduceMean");
    const [x = ""] = norm.input;
    const isOwn = norm.opType === "BatchNormalization" && mean?.input[0] === x;
    if (!isOwn || integersOf(mean, "axes")?.includes(0) !== true) continue;
    replaced.set(norm.output[0] ?? "", normalization(norm, [x], floatOf(norm, "epsilon", 1e-5), 2));
  }
  for (const div of node) {
    const sub = div.opType === "Div" ? made(div.input[0], "Sub") : undefined;
    const [x = "", meanName = ""] = sub?.input ?? [];
    const mean = made(meanName, "ReduceMean");
    const add = made(made(div.input[1], "Sqrt")?.input[0], "Add");
    const variance = add?.input.map((name) => made(name, "ReduceMean")).find(Boolean);
    const epsilon = add?.input.map(numberOf).find((one) => one !== undefined);
    const square = made(variance?.input[0], "Pow") ?? made(variance?.input[0], "Mul");
    const axes = mean && integersOf(mean, "axes");
    const isWhole =
      mean?.input[0] === x &&
      made(square?.input[0], "Sub")?.input.join() === sub?.input.join() &&
      axes?.join() === (variance && integersOf(variance, "axes")?.join());
    if (!isWhole || epsilon === undefined || axes === undefined) continue;
    const gamma = listAfter(div.output[0] ?? "", "Mul");
    const beta = gamma && listAfter(gamma.output, "Add");
    const output = beta?.output ?? gamma?.output ?? div.output[0] ?? "";
    const operands = [x, gamma?.list ?? "", beta?.list ?? ""];
    const whole = normalization({ ...div, output: [output] }, operands, epsilon, leastOf(axes));
    replaced.set(output, whole);
  }
  if (replaced.size === 0) return node;
  return needed(
    node.map((one) => replaced.get(one.output[0] ?? "") ?? one),
    output(node, readers),
  );
}

function normalization(
  { name = "", output }: NodeProto,
  input: string[],
  epsilon: number,
  axis: number,
): NodeProto {
  return create(NodeProtoSchema, {
    ...{ opType: "LayerNormalization", name, input, output: output.slice(0, 1) },
    attribute: [
      { name: "epsilon", type: FLOAT_ATTRIBUTE, f: epsilon },
      { name: "axis", type: INTEGER_ATTRIBUTE, i: BigInt(axis) },
    ],
  });
}

/** The values that nothing reads: the network's results. */
function output(nodes: readonly NodeProto[], readers: ReadonlyMap<string, unknown>): Set<string> {
  return new Set(nodes.flatMap((one) => one.output.filter((name) => !readers.has(name))));
}

/** Leaves out what no result needs. */
function needed(nodes: readonly NodeProto[], results: Set<string>): NodeProto[] {
  const wanted = new Set(results);
  const kept: NodeProto[] = [];
  for (const one of nodes.toReversed()) {
    if (!one.output.some((name) => wanted.has(name))) continue;
    for (const name of one.input) wanted.add(name);
    kept.push(one);
  }
  return kept.reverse();
}

/** Reads the operators of ONNX that normalise each image by itself. */
import { sizeOf } from "../../core/shape.ts";
import { flattenedOrder, inOrder } from "../graphAssembler.ts";
import { axisIn } from "./constants.ts";
import { asListed, asMap, input, nameOf, withLast } from "./layouts.ts";
import { floatOf, integerOf } from "./nodeAttributes.ts";
import type { NodeProto } from "./onnxMessages.ts";
import type { OnnxReader, OnnxValue } from "./onnxReader.ts";

/** Normalises the last axes of the file together. */
export function readLayerNormalization(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = asListed(reader, node, input(reader, node));
  const { dims, tensor } = value;
  const axis = axisIn(integerOf(node, "axis", -1), dims.length + 1) - 1;
  const size = sizeOf(dims.slice(axis));
  const gamma = reader.constant(node.input[1])?.values;
  const beta = reader.constant(node.input[2])?.values;
  if (axis < 0 || [gamma, beta].some((list) => list !== undefined && list.length !== size))
    throw reader.wrong(
      node,
      "it normalises in a way that is not computed here",
      "the last axes, with numbers that are stored",
      `axis ${axis + 1} of [batch, ${dims.join(", ")}]`,
    );
  const isWhole = size === sizeOf(dims);
  const isFirst = tensor.shape.length === 3 && value.channelsFirst;
  const order = isFirst ? flattenedOrder(tensor.shape) : tensor.order;
  const x = isWhole ? value : withLast(reader, node, value, size);
  const turn = (list: Float32Array) => (isWhole ? inOrder(list, [size], order) : list);
  const rank = x.tensor.shape.length;
  const made = reader.layer(
    {
      type: "LayerNormalization",
      axis: isWhole ? x.tensor.shape.map((_, at) => at + 1) : [rank],
      epsilon: floatOf(node, "epsilon", 1e-5),
      scale: gamma !== undefined,
      center: beta !== undefined,
    },
    nameOf(node),
    [x],
    { ...(gamma && { gamma: turn(gamma) }), ...(beta && { beta: turn(beta) }) },
  );
  return { ...made, dims, channelsFirst: x.channelsFirst };
}

/** Normalises each channel by itself. Group normalisation is written so, with groups in place of channels. */
export function readInstanceNormalization(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
  const { dims } = value;
  const [channels = 1] = dims;
  const name = nameOf(node);
  const x = withLast(reader, node, value, sizeOf(dims) / channels);
  const lines = reader.layer(
    {
      type: "LayerNormalization",
      ...{ axis: [3], epsilon: floatOf(node, "epsilon", 1e-5), scale: false, center: false },
    },
    `${name}/normalized`,
    [x],
  );
  const normalized = { ...lines, dims, channelsFirst: false };
  const [scale, offset] = [reader.constant(node.input[1]), reader.constant(node.input[2])];
  if (scale?.values.length !== channels || offset?.values.length !== channels)
    throw reader.wrong(node, "its numbers must be stored", `${channels} of each`, "computed ones");
  const isPlain = scale.values.every((one) => one === 1) && offset.values.every((one) => one === 0);
  if (isPlain) return normalized;
  const map = asMap(reader, node, normalized);
  return reader.affine(node, name, map, scale.values, offset.values);
}

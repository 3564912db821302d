/** Attributes of ONNX nodes by name, with what they are when a node leaves them out. */
import type { Pair } from "../../core/shape.ts";
import type { NodeProto } from "./onnxMessages.ts";

function attributeOf(node: NodeProto, name: string) {
  return node.attribute.find((attribute) => attribute.name === name);
}

export function floatOf(node: NodeProto, name: string, fallback: number): number {
  return attributeOf(node, name)?.f ?? fallback;
}

export function integerOf(node: NodeProto, name: string, fallback: number): number {
  return Number(attributeOf(node, name)?.i ?? fallback);
}

export function integersOf(node: NodeProto, name: string): readonly number[] | undefined {
  return attributeOf(node, name)?.ints.map(Number);
}

export function floatsOf(node: NodeProto, name: string): readonly number[] | undefined {
  return attributeOf(node, name)?.floats;
}

export function textOf(node: NodeProto, name: string): string {
  return new TextDecoder().decode(attributeOf(node, name)?.s);
}

export function pairOf(node: NodeProto, name: string, fallback: number): Pair {
  const [first = fallback, second = fallback] = integersOf(node, name) ?? [];
  return [first, second];
}

/**
 * Turns a value into JSON and a list of typed arrays, and back. JSON has neither typed arrays, maps, NaN nor infinity, so each of
 * them becomes an object with the single key `$`. The typed arrays are stored beside the JSON as raw bytes (`packedFile.ts`).
 */
import { PlaygroundError } from "../core/errors.ts";

const TYPES = { Float32Array, Float64Array, Uint32Array, Uint8Array };
export type TensorType = keyof typeof TYPES;
export type Tensor = Float32Array | Float64Array | Uint32Array | Uint8Array;

export interface PackedTree {
  readonly json: string;
  readonly tensors: readonly Tensor[];
}

export function tensorTypeOf(tensor: Tensor): TensorType {
  if (tensor instanceof Float32Array) return "Float32Array";
  if (tensor instanceof Float64Array) return "Float64Array";
  return tensor instanceof Uint32Array ? "Uint32Array" : "Uint8Array";
}

export function isTensorType(name: unknown): name is TensorType {
  return typeof name === "string" && Object.hasOwn(TYPES, name);
}

export function bytesPerNumber(type: TensorType): number {
  return TYPES[type].BYTES_PER_ELEMENT;
}

/** Returns a tensor of zeros. */
export function emptyTensor(type: TensorType, length: number): Tensor {
  return new TYPES[type](length);
}

/** The typed arrays are not copied, so the caller must not change them until they are written. */
export function packTree(value: unknown): PackedTree {
  const tensors: Tensor[] = [];
  const json = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "number" && !Number.isFinite(part)) return { $: ["number", String(part)] };
    if (part instanceof Map) return { $: ["map", [...part]] };
    if (!isTensor(part)) return part;
    tensors.push(part);
    return { $: ["tensor", tensors.length - 1] };
  });
  return { json, tensors };
}

/** @throws PlaygroundError `file.invalid` for JSON that `packTree` does not write. */
export function unpackTree({ json, tensors }: PackedTree): unknown {
  return JSON.parse(json, (_key, part: unknown) => {
    if (typeof part !== "object" || part === null || !("$" in part)) return part;
    const [kind, content]: readonly unknown[] = Array.isArray(part.$) ? part.$ : [];
    if (kind === "number") return Number(content);
    if (kind === "map" && Array.isArray(content) && content.every(isEntry)) return new Map(content);
    const tensor = kind === "tensor" ? tensors[Number(content)] : undefined;
    if (tensor !== undefined) return tensor;
    throw new PlaygroundError({
      code: "file.invalid",
      where: "Checkpoint",
      rule: "a value in it has an unknown form",
      expected: "a number, a map or a tensor",
      got: String(kind),
      remedy: "Use an older checkpoint.",
    });
  });
}

function isTensor(value: unknown): value is Tensor {
  return Object.values(TYPES).some((type) => value instanceof type);
}

function isEntry(item: unknown): item is [unknown, unknown] {
  return Array.isArray(item) && item.length === 2;
}

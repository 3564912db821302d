/** Checks the shapes of a step's operands against the patterns of its operation in `operations.ts`. */
import { formatShape, type Shape } from "../core/shape.ts";
import type { BufferId } from "./buffers.ts";
import {
  type Attributes,
  OPERATIONS,
  type Operations,
  type OpName,
  type Patterns,
} from "./operations.ts";
import { operandsOf, type StepOf } from "./step.ts";

interface Signature<K extends OpName> {
  readonly inputs: Patterns;
  readonly outputs: Patterns;
  readonly updates: Patterns | undefined;
  readonly attributes: Attributes<Operations[K]["attributes"]>;
}

const SIGNATURES: { readonly [K in OpName]: Signature<K> } = OPERATIONS;

/** Returns what is wrong in words, or undefined when all shapes of the step agree. */
export function signatureFault<K extends OpName>(
  step: StepOf<K>,
  shapeOf: (id: BufferId) => Shape,
): string | undefined {
  const signature: Signature<K> = SIGNATURES[step.op];
  const patterns: Patterns = { ...signature.inputs, ...signature.updates, ...signature.outputs };
  const bound = new Map<string, string>();
  for (const { name, ids } of operandsOf(step)) {
    const pattern = patterns[name]?.replace(/^[?+]/, "");
    if (pattern === undefined) return `it has no operand ${name}`;
    const each = pattern.startsWith("@");
    for (const [place, id] of ids.entries()) {
      const scope = each ? `@${place}` : "";
      const shape = shapeOf(id);
      if (!bind(each ? pattern.slice(1) : pattern, shape, scope, bound)) {
        return `${name} has shape ${formatShape(shape)}, which does not fit ${pattern} with ${describe(bound)}`;
      }
    }
  }
  const dimension = (name: string) => Number(bound.get(name) ?? Number.NaN);
  return signature.attributes.check?.(dimension, step.attributes);
}

/**
 * Binds the pattern's names to the sizes of the shape's axes. It returns false when a name is already bound to another number.
 */
function bind(pattern: string, shape: Shape, scope: string, bound: Map<string, string>): boolean {
  const names = pattern.split(" ");
  const [first = ""] = names;
  const leading = first.startsWith("*") ? shape.length - (names.length - 1) : 0;
  if (leading < 0) return false;
  const sides = first.startsWith("*")
    ? [shape.slice(0, leading).join("x"), ...shape.slice(leading).map(String)]
    : shape.map(String);
  if (sides.length !== names.length) return false;
  return names.every((name, axis) => {
    const side = sides[axis] ?? "";
    if (/^\d+$/.test(name)) return name === side;
    const known = bound.get(name + scope);
    bound.set(name + scope, known ?? side);
    return known === undefined || known === side;
  });
}

function describe(bound: ReadonlyMap<string, string>): string {
  return [...bound].map(([name, value]) => `${name} = ${value}`).join(", ") || "nothing";
}

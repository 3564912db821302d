/**
 * Shapes of an operation's operands, written as patterns that must agree with one another:
 *
 * - `N H W C`: four named axes; a name stands for the same number everywhere
 * - `*R C`: any leading axes, then C; `*S` alone is a whole shape
 * - `1`: that number
 * - `@*S`: in a list; the names hold for entry `i` of all lists marked with `@`
 */
import { formatShape, type Shape } from "../core/shape.ts";
import type { BufferId } from "./buffers.ts";
import type { Operations, OpName } from "./operations.ts";
import { operandsOf, type StepOf } from "./step.ts";

type UpdatesOf<O> = O extends { readonly updates: infer U } ? keyof U : never;
type OperandName<K extends OpName> =
  | keyof Operations[K]["inputs"]
  | keyof Operations[K]["outputs"]
  | UpdatesOf<Operations[K]>;

/** Returns the number bound to a name of a pattern. */
export type Dimension = (name: string) => number;

export interface Signature<K extends OpName> {
  readonly patterns: { readonly [P in OperandName<K>]: string };
  /** Checks what patterns cannot express. It returns what is wrong in words. */
  readonly check?: (
    dimension: Dimension,
    attributes: Operations[K]["attributes"],
  ) => string | undefined;
}

/** Returns what is wrong in words, or undefined when all shapes of the step agree. */
export function signatureFault<K extends OpName>(
  step: StepOf<K>,
  signature: Signature<K>,
  shapeOf: (id: BufferId) => Shape,
): string | undefined {
  const bound = new Map<string, string>();
  const patterns: Readonly<Record<string, string>> = signature.patterns;
  for (const { name, ids } of operandsOf(step)) {
    const pattern = patterns[name];
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
  return signature.check?.(dimension, step.attributes);
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

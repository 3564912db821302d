/** Writes Python as `ruff format` lays it out: literals, and calls that are broken when a line has more than 88 characters. */
export const LINE_LENGTH = 88;

/** A literal of Python: `None`, `True`, `0.001`, `"same"`, `(3, 3)`. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  // A power below 10 has two digits in Python's own spelling, which ruff keeps.
  if (typeof value === "number") return String(value).replace("e+", "e");
  if (typeof value === "string") return JSON.stringify(value);
  if (!Array.isArray(value)) throw new TypeError(`no literal of Python stands for ${typeof value}`);
  const items = value.map(literal);
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
}

/** A number with a point: Keras refuses an integer as a rate, and PyTorch makes an integer tensor of one. */
export function floatLiteral(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : literal(value);
}

/** @param head what stands before the arguments with its indentation, such as `    x = layers.Conv2D(` */
export function callText(head: string, args: readonly string[], tail = ")"): string {
  const line = `${head}${args.join(", ")}${tail}`;
  if (line.length <= LINE_LENGTH) return line;
  const indent = " ".repeat(head.length - head.trimStart().length);
  const inner = `${indent}    ${args.join(", ")}`;
  const body =
    inner.length <= LINE_LENGTH ? [inner] : args.map((argument) => `${indent}    ${argument},`);
  return [head, ...body, `${indent}${tail}`].join("\n");
}

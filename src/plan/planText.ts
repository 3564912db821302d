/**
 * Prints a plan as text for reading, diffing and snapshots: one line for every buffer and every step. Numbers are printed as in
 * the plan. Only the type of `f32` buffers is left out.
 */
import { append } from "../core/numbers.ts";
import { formatShape } from "../core/shape.ts";
import type { BufferId, PlanBuffer, ProgramName } from "./buffers.ts";
import { type Operand, operandsOf, type Step } from "./step.ts";
import { type Plan, programOf, programsOf } from "./trainingPlan.ts";

export function planText(plan: Plan): string {
  const results = (name: ProgramName) =>
    Object.entries<BufferId>({ ...programOf(plan, name).results })
      .map(([result, id]) => `${result} %${id}`)
      .join(", ");
  const lines = [
    `plan ${plan.name}, batch ${plan.batchSize}, ${plan.numClasses} classes`,
    "",
    "buffers",
    ...plan.buffers.map(bufferLine),
  ];
  for (const name of programsOf(plan)) {
    lines.push("", `${name} -> ${results(name)}`);
    append(lines, programOf(plan, name).steps.map(stepLine));
  }
  return `${lines.join("\n")}\n`;
}

function bufferLine(buffer: PlanBuffer): string {
  const { id, role, label, shape, type, viewOf, lifetime, unstored } = buffer;
  const notes = [
    type === "f32" ? "" : type,
    viewOf === undefined ? "" : `view of %${viewOf}`,
    unstored ? "unstored" : "",
    lifetime === undefined ? "" : `${lifetime.program} ${lifetime.first}-${lifetime.last}`,
  ].filter((note) => note !== "");
  return `  %${id} ${role} ${label} [${formatShape(shape)}]${notes.length > 0 ? ` ${notes.join(", ")}` : ""}`;
}

function stepLine(step: Step, index: number): string {
  const operands = operandsOf(step);
  const list = (group: Operand["group"]) =>
    operands
      .filter((operand) => operand.group === group)
      .map(operandText)
      .join(" ");
  const updates = list("updates");
  const attributes = Object.entries(step.attributes)
    .map(([name, value]) => `${name}=${attributeText(value)}`)
    .join(" ");
  return [
    `  ${index} ${step.phase} ${step.layer === "" ? "-" : step.layer}: ${step.op}(${list("inputs")})`,
    updates === "" ? "" : `updates ${updates}`,
    `-> ${list("outputs") || "-"}`,
    attributes === "" ? "" : `{${attributes}}`,
    step.inline ? "inline" : "",
    step.joins ? "joins" : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function operandText({ name, ids, isList }: Operand): string {
  const numbers = ids.map((id) => `%${id}`).join(" ");
  return `${name}:${isList ? `[${numbers}]` : numbers}`;
}

function attributeText(value: unknown): string {
  if (Array.isArray(value)) return value.join("x");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

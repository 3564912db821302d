/**
 * Writes a kernel's WGSL around its body and lists its bindings. A kernel lists the operands that it reads and writes and the
 * numbers it needs. From these follow bindings, a uniform record and one accessor for each operand. So a body does not depend
 * on where data are stored, nor on whether an operand is stored or computed while it is loaded.
 *
 * It is independent of devices and plans.
 */

import { append } from "../../core/numbers.ts";
import type {
  Binding,
  Dispatch,
  Float,
  Kernel,
  Mask,
  Operand,
  Read,
  Tensor,
  Width,
} from "./dispatch.ts";
import { activationExpressions, formulaCode, timesSlope } from "./formula.ts";
import { calledFunctions } from "./functions.ts";
import { halfFunctions, storageFor, typeName } from "./halfPrecision.ts";

const WORKGROUP = 64;
/** The maximum number of workgroups in one direction that every device allows. */
const MOST_WORKGROUPS = 65_535;

export function dispatchOf(kernel: Kernel): Dispatch {
  const { name, width = 1, threads } = kernel;
  const bindings = new BindingList();
  const record: Record<string, number | Float> = { threads, ...kernel.numbers };
  const accessors: string[] = [];
  for (const [operand, write] of present(kernel.writes)) {
    const { tensor, type = "f32" } = write;
    const size = write.width ?? width;
    const name = typeName(type, size);
    const storage = storageFor(tensor.halfOverflow, type, size);
    const array = bindings.name(tensor, "write", storage.elementType);
    const place = `p.${operand}_base + at`;
    record[`${operand}_base`] = tensor.base / size;
    accessors.push(
      `fn ${operand}_now(at: u32) -> ${name} { return ${storage.load(array, place)}; }`,
      `fn ${operand}_set(at: u32, value: ${name}) { ${storage.store(array, place)}; }`,
    );
  }
  const { mask, functions: own = "" } = kernel;
  const functions = mask === undefined ? [own] : [maskFunction(mask, width), own];
  const reads: NonNullable<Kernel["reads"]> = {
    ...kernel.reads,
    mask: mask && { operand: mask.y },
  };
  for (const [operand, read] of present(reads))
    append(accessors, readAccessor(operand, read, width, bindings, record));

  const size = kernel.team?.size ?? WORKGROUP;
  const groups = Math.max(1, Math.ceil(threads / size));
  const wide = Math.min(groups, MOST_WORKGROUPS);
  const isSubgroup = kernel.team?.of === "subgroup";
  const code = [
    isSubgroup ? "enable subgroups;" : "",
    `alias V = ${typeName("f32", width)};`,
    `struct Numbers {\n${fieldsOf(record)}\n}`,
    "@group(0) @binding(0) var<uniform> p: Numbers;",
    ...bindings.declarations(),
    ...halfFunctions(accessors),
    ...calledFunctions([...accessors, ...functions, kernel.body].join("\n")),
    ...accessors,
    ...functions,
    `@compute @workgroup_size(${size})`,
    "fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,",
    `    @builtin(${isSubgroup ? "subgroup_invocation_id" : "local_invocation_index"}) lane: u32) {`,
    "let block = group.y * groups.x + group.x;",
    `let i = block * ${size}u + lane;`,
    // All threads of a team must exit together. Otherwise its barriers would wait forever.
    `if (${kernel.team === undefined ? "i" : `block * ${size}u`} >= p.threads) { return; }`,
    kernel.body.trim(),
    "}",
  ].join("\n");
  const { product, sampled } = kernel;
  return {
    name,
    code,
    ...(product && { product }),
    ...(sampled && { sampled }),
    bindings: bindings.list,
    reads: present(reads).flatMap(([, { operand, type = "f32" }]) =>
      type === "f32" ? tensorsOf(operand) : [],
    ),
    record: Object.values(record),
    workgroups: [wide, Math.ceil(groups / wide)],
  };
}

/**
 * WGSL of `NAME_four(at, channels)`: four consecutive numbers, with the `NAME_channels(channel)` of their channels. Both `at`
 * and `channel` count numbers, whatever the width.
 */
export function fourOf(name: string, width: Width): string {
  const each = (one: (n: number) => string) =>
    [0, 1, 2, 3]
      .slice(0, 4 / width)
      .map(one)
      .join(", ");
  const loads = each((n) => `${name}_with(at / ${width}u + ${n}u, channels.c${n})`);
  return `struct ${name}_Channels { ${each((n) => `c${n}: ${name}_Channel`)} }
fn ${name}_channels(channel: u32) -> ${name}_Channels {
  return ${name}_Channels(${each((n) => `${name}_channel(channel / ${width}u + ${n}u)`)});
}
fn ${name}_four(at: u32, channels: ${name}_Channels) -> vec4<f32> {
  return ${width === 4 ? loads : `vec4<f32>(${loads})`};
}`;
}

function tensorsOf(operand: Operand): readonly Tensor[] {
  switch (operand.kind) {
    case "stored":
      return [operand.source];
    case "normalized":
      return [operand.source, operand.coefficients];
    case "normalizationGradient":
      return [operand.source, operand.x, operand.coefficients];
  }
}

function readAccessor(
  name: string,
  { operand, ...access }: Read,
  ownWidth: Width,
  bindings: BindingList,
  record: Record<string, number | Float>,
): readonly string[] {
  const { type: single = "f32", width: size = ownWidth } = access;
  const type = typeName(single, size);
  const load = (tensor: Tensor, part: string, place: string) => {
    const storage = storageFor(tensor.halfOverflow, single, size);
    record[`${name}_${part}`] = tensor.base / size;
    const array = bindings.name(tensor, "read", storage.elementType);
    return storage.load(array, `p.${name}_${part} + ${place}`);
  };
  const value = load(operand.source, "base", "at");
  /** @param numbers of each channel, which `body` reads as `c.c0` and so on. `body` returns the value. */
  const functions = (numbers: readonly string[], body: string) => [
    numbers.length === 0
      ? `alias ${name}_Channel = u32;`
      : `struct ${name}_Channel { ${numbers.map((_, index) => `c${index}: ${type}`).join(", ")} }`,
    `fn ${name}_channel(channel: u32) -> ${name}_Channel { return ${name}_Channel(${numbers.join(", ") || "channel"}); }`,
    `fn ${name}_with(at: u32, c: ${name}_Channel) -> ${type} { ${body} }`,
    `fn ${name}_at(at: u32, channel: u32) -> ${type} { return ${name}_with(at, ${name}_channel(channel)); }`,
  ];
  if (operand.kind === "stored") return functions([], activated(operand, value, size));
  record[`${name}_channels`] = operand.channels / size;
  const coefficients = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      load(operand.coefficients, "coefficients", `${index}u * p.${name}_channels + channel`),
    );
  if (operand.kind === "normalized") {
    const normalized = `fma(${value} - c.c0, c.c1, c.c2)`;
    return functions(coefficients(3), activated(operand, normalized, size));
  }
  const centred = `(${load(operand.x, "x", "at")} - c.c0)`;
  return functions(coefficients(4), `return fma(${value}, c.c1, fma(${centred}, c.c2, c.c3));`);
}

/** WGSL that returns a loaded value, after its activation if it has one. */
function activated({ activation }: Operand, loaded: string, width: Width): string {
  if (activation === undefined) return `return ${loaded};`;
  const { lines, value } = formulaCode(activationExpressions(activation).value, (x) => x, width);
  return `let x = ${loaded}; ${lines} return ${value};`;
}

function maskFunction({ activation }: Mask, width: Width): string {
  const { slope } = activationExpressions(activation);
  const { lines, value } = formulaCode(timesSlope("gradient", slope), (name) => name, width);
  return `fn masked(gradient: V, y: V) -> V { ${lines} return ${value}; }`;
}

/** Creates one binding for each storage, access and type, however many operands share it. */
class BindingList {
  readonly list: Binding[] = [];
  readonly #types: string[] = [];

  name({ storage }: Tensor, access: Binding["access"], type: string): string {
    const known = this.list.findIndex(
      (other, at) =>
        other.storage === storage && other.access === access && this.#types[at] === type,
    );
    if (known >= 0) return `b${known + 1}`;
    this.#types.push(type);
    return `b${this.list.push({ storage, access })}`;
  }

  declarations(): readonly string[] {
    return this.list.map(({ access }, at) => {
      const mode = access === "read" ? "read" : "read_write";
      return `@group(0) @binding(${at + 1}) var<storage, ${mode}> b${at + 1}: array<${this.#types[at]}>;`;
    });
  }
}

function fieldsOf(record: Readonly<Record<string, number | Float>>): string {
  return Object.entries(record)
    .map(([name, value]) => `  ${name}: ${typeof value === "number" ? "u32" : "f32"},`)
    .join("\n");
}

function present<T>(entries: Readonly<Record<string, T | undefined>>): readonly [string, T][] {
  return Object.entries(entries).flatMap(([name, value]): [string, T][] =>
    value === undefined ? [] : [[name, value]],
  );
}

/**
 * Writes a kernel's WGSL around its body and names what it is bound to. A kernel says which operands it reads and
 * writes and which numbers it needs; from that come bindings, a uniform record and one accessor for each operand, so that a
 * body never knows where anything lies nor whether what it reads is stored or computed while it is loaded.
 *
 * Knows no device and no plan.
 */

import { append } from "../../core/numbers.ts";
import { type Halves, halfFunctions, storageFor, typeName } from "./halves.ts";
import type { NamedProduct } from "./kernels/productVariants.ts";
import { notFiniteFunctions, rectified } from "./notFinite.ts";

/** How many neighbouring channels a thread takes at once: the `V` of a body. */
export type Width = 1 | 2 | 4;

/** `atomic`: a `u32` that several threads may write. */
type ElementType = "f32" | "i32" | "u32" | "atomic";

/** Numbers in one of the program's storages. */
export interface Tensor {
  readonly storage: string;
  /** Of its first number, counted in numbers; a multiple of 4. */
  readonly base: number;
  /** Stored in 16 bits; absent: in 32. */
  readonly halves?: Halves;
}

/** What a kernel loads: contents that are stored, or the recipe of an inline step (`plan/marks.ts`). */
export type Operand =
  | { readonly kind: "stored" | "relu"; readonly source: Tensor }
  | {
      readonly kind: "normalized" | "normalizedRelu";
      readonly source: Tensor;
      /** Mean, scale and offset of each channel, one behind the other. */
      readonly coefficients: Tensor;
      readonly channels: number;
    }
  | {
      readonly kind: "normalizationGradient";
      readonly source: Tensor;
      readonly x: Tensor;
      /** Mean, factor of the gradient, factor of x and offset of each channel, one behind the other. */
      readonly coefficients: Tensor;
      readonly channels: number;
    };

interface Access {
  /** Absent: the kernel's own. */
  readonly width?: Width;
  readonly type?: ElementType;
}
export type Read = Access & { readonly operand: Operand };
export type Write = Access & { readonly tensor: Tensor };

/** A number that the kernel reads as a float; a plain one is an integer. */
export interface Float {
  readonly float: number;
}

export interface Kernel {
  /** Its stem, for messages. */
  readonly name: string;
  readonly width?: Width;
  /**
   * Each gives the body `NAME_at(at, channel)`, both counted in the operand's width. Where several places of a channel are
   * read, `NAME_with(at, channel)` takes what `NAME_channel(channel)` loads once.
   */
  readonly reads?: Readonly<Record<string, Read | undefined>>;
  /** Each gives `NAME_set(at, value)` and `NAME_now(at)`. */
  readonly writes: Readonly<Record<string, Write | undefined>>;
  /** Each is `p.NAME`. */
  readonly numbers?: Readonly<Record<string, number | Float>>;
  readonly functions?: string;
  /** Of `main`, for the thread `i` of `p.threads`; in a team, for the thread `lane` of the team `block`. */
  readonly body: string;
  /** Of teams, whole ones. */
  readonly threads: number;
  readonly team?: Team | undefined;
}

/** Threads that work together, in a workgroup's memory or as a subgroup of so many lanes. */
export interface Team {
  readonly of: "workgroup" | "subgroup";
  readonly size: number;
}

export interface Binding {
  readonly storage: string;
  readonly access: "read" | "write";
}

/** Reads a number of a tensor, counted in numbers from its first. */
export type ReadNumber = (tensor: Tensor, at: number) => number;

export interface Sample {
  /** In the target. */
  readonly at: number;
  readonly value: number;
  /** Sum of the sizes of all terms: what rounding is measured by. */
  readonly size: number;
}

/** A tensor that a dispatch writes, whose numbers can be computed one by one in float64, each as a sum. */
export interface SampledResult {
  /** All tensors that the sums read. */
  readonly reads: readonly Tensor[];
  readonly target: Tensor;
  /** Rows and columns that samples are drawn from. Where long sums are divided into parts: the rows of all parts. */
  readonly rows: number;
  readonly columns: number;
  /** Terms of each sum. */
  readonly terms: number;
  /** Undefined where nothing is written for that place. */
  sample(row: number, column: number, read: ReadNumber): Sample | undefined;
}

/** One dispatch, complete but for the device. */
export interface Dispatch {
  readonly name: string;
  readonly code: string;
  /** Behind the uniform record, which has place 0. */
  readonly bindings: readonly Binding[];
  readonly record: readonly (number | Float)[];
  readonly workgroups: readonly [number, number];
  /** Present where it is a product of matrices, of which there are variants. */
  readonly product?: NamedProduct;
  /** Single numbers of what it writes, by other formulas than the kernel's; absent: `probeKernels.ts` leaves it out. */
  readonly sampled?: readonly SampledResult[];
}

const WORKGROUP = 64;
/** What every device allows in one direction. */
const MOST_WORKGROUPS = 65_535;

export function stored(source: Tensor, access: Access = {}): Read {
  return { operand: { kind: "stored", source }, ...access };
}

export function dispatchOf(kernel: Kernel): Dispatch {
  const { name, width = 1, threads } = kernel;
  const bindings = new BindingList();
  const record: Record<string, number | Float> = { threads, ...kernel.numbers };
  const accessors: string[] = [];
  for (const [operand, write] of present(kernel.writes)) {
    const { tensor, type = "f32" } = write;
    const size = write.width ?? width;
    const name = typeName(type, size);
    const storage = storageFor(tensor.halves, type, size);
    const array = bindings.name(tensor, "write", storage.elementType);
    const place = `p.${operand}_base + at`;
    record[`${operand}_base`] = tensor.base / size;
    accessors.push(
      `fn ${operand}_now(at: u32) -> ${name} { return ${storage.load(array, place)}; }`,
      `fn ${operand}_set(at: u32, value: ${name}) { ${storage.store(array, place)}; }`,
    );
  }
  for (const [operand, read] of present(kernel.reads ?? {}))
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
    ...notFiniteFunctions([...accessors, kernel.functions, kernel.body].join("\n")),
    ...accessors,
    kernel.functions ?? "",
    `@compute @workgroup_size(${size})`,
    "fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,",
    `    @builtin(${isSubgroup ? "subgroup_invocation_id" : "local_invocation_index"}) lane: u32) {`,
    "let block = group.y * groups.x + group.x;",
    `let i = block * ${size}u + lane;`,
    // A team leaves as one, or its barriers would wait for ever.
    `if (${kernel.team === undefined ? "i" : `block * ${size}u`} >= p.threads) { return; }`,
    kernel.body.trim(),
    "}",
  ].join("\n");
  return {
    name,
    code,
    bindings: bindings.list,
    record: Object.values(record),
    workgroups: [wide, Math.ceil(groups / wide)],
  };
}

/**
 * `NAME_four(at, channels)`: four numbers that follow one another, of the channels `NAME_channels(channel)`. Both `at` and
 * `channel` are counted in numbers, whatever the width.
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
    const storage = storageFor(tensor.halves, single, size);
    record[`${name}_${part}`] = tensor.base / size;
    const array = bindings.name(tensor, "read", storage.elementType);
    return storage.load(array, `p.${name}_${part} + ${place}`);
  };
  const value = load(operand.source, "base", "at");
  /** @param numbers of each channel, which `body` knows as `c.c0` and so on. */
  const functions = (numbers: readonly string[], body: string) => [
    numbers.length === 0
      ? `alias ${name}_Channel = u32;`
      : `struct ${name}_Channel { ${numbers.map((_, index) => `c${index}: ${type}`).join(", ")} }`,
    `fn ${name}_channel(channel: u32) -> ${name}_Channel { return ${name}_Channel(${numbers.join(", ") || "channel"}); }`,
    `fn ${name}_with(at: u32, c: ${name}_Channel) -> ${type} { return ${body}; }`,
    `fn ${name}_at(at: u32, channel: u32) -> ${type} { return ${name}_with(at, ${name}_channel(channel)); }`,
  ];
  if (!("coefficients" in operand))
    return functions([], operand.kind === "stored" ? value : rectified(value, size));
  record[`${name}_channels`] = operand.channels / size;
  const coefficients = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      load(operand.coefficients, "coefficients", `${index}u * p.${name}_channels + channel`),
    );
  const normalized = `fma(${value} - c.c0, c.c1, c.c2)`;
  switch (operand.kind) {
    case "normalized":
      return functions(coefficients(3), normalized);
    case "normalizedRelu":
      return functions(coefficients(3), rectified(normalized, size));
    case "normalizationGradient": {
      const centred = `(${load(operand.x, "x", "at")} - c.c0)`;
      return functions(coefficients(4), `fma(${value}, c.c1, fma(${centred}, c.c2, c.c3))`);
    }
  }
}

/** One binding for each storage, access and type, however many operands lie there. */
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

/**
 * Writes, from the table of kernels, the AssemblyScript with which the kernels read their calls: a class for each call and
 * for each group of arguments, whose getters are loads at constant offsets, and the function that calls a kernel by number.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ArgumentType } from "../src/exec/wasm/kernelCalls.ts";
import { CHOICES, KERNELS, RECORDS, SCALARS, SIZES } from "../src/exec/wasm/kernelTable.ts";
import {
  HEADER,
  isChoice,
  isRecord,
  KERNEL_NAMES,
  placed,
  placedArguments,
  RECORD_BYTES,
  RECORD_NAMES,
  slotsOf,
} from "../src/exec/wasm/recordLayout.ts";
import { activationsSource, optimizersSource } from "./formulaSources.ts";
import { capital } from "./kernelLanguage.ts";
import { masksSource } from "./maskSources.ts";
import { operandsSource } from "./operandSources.ts";
import { REPOSITORY } from "./repository.ts";
import { tilesSource } from "./tileSources.ts";
import { vectorsSource } from "./vectorSources.ts";

const FOLDER = join("src", "exec", "wasm", "kernels", "generated");
const NOTE = "/** Written by scripts/kernelSources.ts; changes here are lost. */";

/** Writes the files whose text has changed, so that their times say when that was. */
export function writeKernelSources(): void {
  for (const [name, text] of kernelSources()) {
    const path = join(REPOSITORY, FOLDER, name);
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** Each file of the folder `generated` by its name. */
export function kernelSources(): ReadonlyMap<string, string> {
  return new Map([
    ["calls.ts", callsSource()],
    ["sizes.ts", `${NOTE}\n${sizesSource()}`],
    ["dispatch.ts", dispatchSource()],
    ["activations.ts", activationsSource(NOTE)],
    ["optimizers.ts", optimizersSource(NOTE)],
    ["masks.ts", masksSource(NOTE)],
    ["operands.ts", operandsSource(NOTE)],
    ["tiles.ts", tilesSource(NOTE)],
    ["vectors.ts", vectorsSource(NOTE)],
  ]);
}

type Placed = ReturnType<typeof placed>;

function callsSource(): string {
  const choices = Object.entries(CHOICES).map(
    ([name, words]) => `export const enum ${capital(name)} {\n  ${words.join(",\n  ")},\n}`,
  );
  const records = RECORD_NAMES.map((name) => classSource(capital(name), placed(RECORDS[name])));
  const calls = KERNEL_NAMES.map((name) =>
    classSource(`${capital(name)}Call extends Call`, placedArguments(name)),
  );
  return [
    NOTE,
    `export const RECORD_BYTES: usize = ${RECORD_BYTES};`,
    `export const CHUNKS_GIVEN_AT: usize = ${4 * slotInHeader("givenFromStart")};`,
    ...choices,
    ...records,
    classSource("Call", placed(HEADER)),
    ...calls,
    "",
  ].join("\n");
}

function sizesSource(): string {
  return Object.entries(SIZES)
    .map(([name, value]) => `export const ${name}: i32 = ${value};\n`)
    .join("");
}

function slotInHeader(name: keyof typeof HEADER): number {
  return placed(HEADER).findIndex((argument) => argument.name === name);
}

function classSource(name: string, members: Placed): string {
  return `@unmanaged\nexport class ${name} {\n${members.map(getter).join("")}}`;
}

function getter({ name, type, slot }: Placed[number]): string {
  const start = `changetype<usize>(this)`;
  const offset = 4 * slot;
  if (typeof type === "object") {
    const address = `${start} + ${offset} + <usize>index * ${4 * slotsOf(type.listOf)}`;
    return method(`${name}(index: i32)`, type.listOf, address, 0);
  }
  return method(`get ${name}()`, type, start, offset);
}

function method(head: string, type: ArgumentType, address: string, offset: number): string {
  return `  @inline\n  ${head}: ${typeName(type)} {\n    return ${read(type, address, offset)};\n  }\n`;
}

function read(type: ArgumentType, address: string, offset: number): string {
  if (isRecord(type)) return `changetype<${typeName(type)}>(${address} + ${offset})`;
  if (type === "boolean") return `load<i32>(${address}, ${offset}) !== 0`;
  if (isChoice(type)) return `load<i32>(${address}, ${offset})`;
  return `load<${typeName(type)}>(${address}, ${offset})`;
}

function typeName(type: ArgumentType): string {
  if (typeof type === "object") return typeName(type.listOf);
  return isRecord(type) || isChoice(type) ? capital(type) : SCALARS[type];
}

function dispatchSource(): string {
  const imports = KERNEL_NAMES.map((name) => `import { ${name} } from "../${KERNELS[name].file}";`);
  const types = KERNEL_NAMES.map((name) => `${capital(name)}Call`);
  const cases = KERNEL_NAMES.map(
    (name, index) =>
      `    case ${index}:\n      ${name}(changetype<${capital(name)}Call>(call), chunk, scratch);\n      break;`,
  );
  return [
    NOTE,
    ...imports,
    `import { Call, ${types.join(", ")} } from "./calls";`,
    "export function dispatch(call: Call, chunk: i32, scratch: usize): void {",
    "  switch (call.kernel) {",
    ...cases,
    "    default:\n      unreachable();",
    "  }",
    "}",
    "",
  ].join("\n");
}

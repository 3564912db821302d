/** Writes files of Python: which modules a piece of code imports, and what it takes from the program's other files. */

import { LINE_LENGTH } from "./pythonText.ts";

/** The modules of Python's standard library that any part may use. */
const STANDARD = [
  "import argparse",
  "import csv",
  "import gzip",
  "import hashlib",
  "import math",
  "import os",
  "import pathlib",
  "import sys",
  "import urllib.request",
  "from collections import OrderedDict",
];

/** A file of the program that others import from. */
export interface ModuleCode {
  readonly name: string;
  readonly code: string;
}

/**
 * Returns the imports that the code needs, as ruff sorts them: the standard library, packages, and the program's own files.
 *
 * @param packages lines that import packages or names in them
 */
export function importsOf(
  code: string,
  packages: readonly string[],
  modules: readonly ModuleCode[] = [],
): string {
  const own = modules.flatMap((module) => importFrom(module, code));
  return [neededOf(STANDARD, code), neededOf(packages, code), own]
    .filter((lines) => lines.length > 0)
    .map(sorted)
    .join("\n\n");
}

function neededOf(lines: readonly string[], code: string): readonly string[] {
  return lines.flatMap((line) => {
    const [head = "", list] = line.split(/(?<=^from \S+ import )/);
    if (list === undefined) {
      const name = line.slice(line.lastIndexOf(" ") + 1).replaceAll(".", "[.]");
      return new RegExp(String.raw`\b${name}\.\w`).test(code) ? [line] : [];
    }
    const used = list.split(", ").filter((name) => isUsed(name, code));
    return used.length === 0 ? [] : [`${head}${used.join(", ")}`];
  });
}

function isUsed(name: string, code: string): boolean {
  return new RegExp(String.raw`\b${name}\b`).test(code);
}

/** Names that a file defines at its left edge. */
function definedIn(code: string): readonly string[] {
  return [...code.matchAll(/^(?:(?:class|def) (\w+)|([A-Z_]+(?:, [A-Z_]+)*) =)/gm)].flatMap(
    ([, name, constants]) => name ?? constants?.split(", ") ?? [],
  );
}

function importFrom({ name, code: from }: ModuleCode, code: string): readonly string[] {
  const names = definedIn(from)
    .filter((defined) => isUsed(defined, code))
    .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  if (names.length === 0) return [];
  const line = `from ${name} import ${names.join(", ")}`;
  if (line.length <= LINE_LENGTH) return [line];
  return [`from ${name} import (\n${names.map((one) => `    ${one},\n`).join("")})`];
}

/** Constants come first, then classes, then functions. */
function rank(name: string): number {
  if (name === name.toUpperCase()) return 0;
  return /^[A-Z]/.test(name) ? 1 : 2;
}

function sorted(lines: readonly string[]): string {
  const whole = lines.filter((line) => line.startsWith("import ")).toSorted();
  return [...whole, ...lines.filter((line) => line.startsWith("from ")).toSorted()].join("\n");
}

/** Imports are followed by one empty line before constants, and by two before functions and classes. */
export function joined(imports: string, code: string): string {
  return `${imports}${/^(?:class|def|@)/.test(code) ? "\n\n\n" : "\n\n"}${code}`;
}

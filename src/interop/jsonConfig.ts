/** Typed access to JSON of unknown contents. An error names the file and the key, so that a person can find the place. */
import type { Pair } from "../core/shape.ts";
import { wrongModel } from "./modelFault.ts";

/** @throws PlaygroundError `file.invalid` for text that is not JSON or holds no object. */
export function parseConfig(text: string, where: string): Config {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrongModel(
      where,
      {
        rule: "the description of the model is not JSON",
        expected: "JSON",
        got: error instanceof Error ? error.message : String(error),
        remedy: "Save the model again.",
      },
      error,
    );
  }
  return new Config(value, where);
}

/** An object of a JSON text. Keys may be aliases of each other, because versions of a program rename them. */
export class Config {
  readonly where: string;
  readonly #record: Readonly<Record<string, unknown>>;

  constructor(value: unknown, where: string) {
    this.where = where;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw this.#wrong("its description", "an object", value);
    this.#record = Object.fromEntries(Object.entries(value));
  }

  get record(): Readonly<Record<string, unknown>> {
    return this.#record;
  }

  get keys(): readonly string[] {
    return Object.keys(this.#record);
  }

  /** Another value of the same file. */
  with(value: unknown): Config {
    return new Config(value, this.where);
  }

  has(...aliases: readonly string[]): boolean {
    return this.value(...aliases) !== undefined;
  }

  /** Returns the first value that is neither missing nor null. */
  value(...aliases: readonly string[]): unknown {
    return aliases
      .map((key) => this.#record[key])
      .find((value) => value !== undefined && value !== null);
  }

  object(...aliases: readonly string[]): Config {
    return new Config(this.value(...aliases), this.where);
  }

  list(...aliases: readonly string[]): readonly unknown[] {
    const value = this.value(...aliases);
    if (Array.isArray(value)) return value;
    throw this.#wrong(aliases[0] ?? "", "a list", value);
  }

  text(aliases: string | readonly string[], fallback?: string): string {
    const [keys, value] = this.#find(aliases);
    if (typeof value === "string") return value;
    if (value === undefined && fallback !== undefined) return fallback;
    throw this.#wrong(keys, "a text", value);
  }

  boolean(aliases: string | readonly string[], fallback: boolean): boolean {
    const [keys, value] = this.#find(aliases);
    if (typeof value === "boolean") return value;
    if (value === undefined) return fallback;
    throw this.#wrong(keys, "true or false", value);
  }

  number(aliases: string | readonly string[], fallback?: number): number {
    const [keys, value] = this.#find(aliases);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (value === undefined && fallback !== undefined) return fallback;
    throw this.#wrong(keys, "a number", value);
  }

  /** A whole number of at least `least`. */
  size(aliases: string | readonly string[], fallback?: number, least = 1): number {
    const value = this.number(aliases, fallback);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw this.#wrong(keyOf(aliases), `a whole number of at least ${least}`, value);
  }

  /** Two whole numbers, or one that stands for both. */
  pair(aliases: string | readonly string[], fallback?: Pair, least = 1): Pair {
    const [keys, value] = this.#find(aliases);
    if (value === undefined && fallback !== undefined) return fallback;
    const [first, second] = Array.isArray(value) ? value : [value, value];
    const isPair = !Array.isArray(value) || value.length === 2;
    if (isPair && isSize(first, least) && isSize(second, least)) return [first, second];
    throw this.#wrong(keys, "one or two whole numbers", value);
  }

  /** Numbers, or one number as a list. */
  numbers(aliases: string | readonly string[]): readonly number[] {
    const [keys, value] = this.#find(aliases);
    const flat: readonly unknown[] = Array.isArray(value)
      ? value.flat(Number.POSITIVE_INFINITY)
      : [value];
    return flat.map((one) => {
      if (typeof one === "number" && Number.isFinite(one)) return one;
      throw this.#wrong(keys, "numbers", value);
    });
  }

  #find(aliases: string | readonly string[]): readonly [string, unknown] {
    return [keyOf(aliases), this.value(...(typeof aliases === "string" ? [aliases] : aliases))];
  }

  #wrong(key: string, expected: string, value: unknown): Error {
    return wrongModel(this.where, {
      rule: `${key} does not have the form that it has in such files`,
      expected,
      got: (JSON.stringify(value) ?? "nothing").slice(0, 80),
      remedy: "Save the model again.",
    });
  }
}

function keyOf(aliases: string | readonly string[]): string {
  return typeof aliases === "string" ? aliases : (aliases[0] ?? "");
}

function isSize(value: unknown, least: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least;
}

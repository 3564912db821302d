/** Opens HDF5 files with `h5wasm`, the HDF5 library itself compiled to WebAssembly, which runs in a page and in Node. */
import type { Dataset, Entity, Group, File as Hdf5File } from "h5wasm";
import { reasonOf } from "../../core/errors.ts";
import { sizeOf } from "../../core/shape.ts";
import type { StoredArray } from "../importedModel.ts";
import { wrongModel } from "../modelFault.ts";

let numOpened = 0;

/**
 * Calls `read` with the opened file, and closes it afterwards. Arrays must be read within `read`.
 * @throws PlaygroundError `file.invalid`
 */
export async function withHdf5<T>(
  bytes: Uint8Array,
  where: string,
  read: (file: Hdf5Tree) => T,
): Promise<T> {
  const library = await import("h5wasm");
  const { FS, activate_throwing_error_handler: throwErrors } = await library.ready;
  // Otherwise the library prints each error to the console.
  throwErrors();
  const path = `/${numOpened}.h5`;
  numOpened += 1;
  FS.writeFile(path, bytes);
  let file: Hdf5File | undefined;
  try {
    file = new library.File(path, "r");
    if (file.file_id < 0n) throw new RangeError("the library cannot open it");
    return read(new Hdf5Tree(file, where, library));
  } catch (error) {
    if (error instanceof Error && error.name === "PlaygroundError") throw error;
    throw wrongModel(
      where,
      {
        rule: "the HDF5 file is damaged or cut short",
        expected: "a whole file",
        got: reasonOf(error),
        remedy: "Copy or download it again.",
      },
      error,
    );
  } finally {
    if (file !== undefined && file.file_id >= 0n) file.close();
    FS.unlink(path);
  }
}

type Library = typeof import("h5wasm");

/** The groups, attributes and arrays of an HDF5 file that Keras wrote. */
export class Hdf5Tree {
  readonly where: string;
  readonly #file: Hdf5File;
  readonly #library: Library;

  constructor(file: Hdf5File, where: string, library: Library) {
    this.#file = file;
    this.where = where;
    this.#library = library;
  }

  /** Returns a text attribute of the group, or undefined. */
  text(name: string, group = "/"): string | undefined {
    const value = this.#group(group)?.attrs[name]?.value;
    if (value instanceof Uint8Array) return new TextDecoder().decode(value);
    return typeof value === "string" ? value : undefined;
  }

  /**
   * Returns a list of texts. Keras splits lists over 64 kB into the attributes `name0`, `name1` and so on.
   */
  texts(name: string, group = "/"): readonly string[] | undefined {
    const attrs: Group["attrs"] = this.#group(group)?.attrs ?? {};
    const whole = attrs[name]?.value;
    if (whole !== undefined) return textsOf(whole);
    const parts: string[] = [];
    for (let part = 0; attrs[`${name}${part}`] !== undefined; part += 1)
      for (const text of textsOf(attrs[`${name}${part}`]?.value)) parts.push(text);
    return parts.length > 0 ? parts : undefined;
  }

  has(path: string): boolean {
    return this.#entity(path) !== undefined;
  }

  /** The names in a group, in the library's order, which says nothing about layers. */
  keys(group: string): readonly string[] {
    return this.#group(group)?.keys() ?? [];
  }

  isGroup(path: string): boolean {
    return this.#entity(path) instanceof this.#library.Group;
  }

  /** @throws PlaygroundError `file.invalid` when there is no array of 32-bit or 64-bit floats at this path. */
  array(path: string, name: string): StoredArray {
    const entity = this.#entity(path);
    if (!(entity instanceof this.#library.Dataset)) {
      throw wrongModel(this.where, {
        rule: `the array ${name} is missing`,
        expected: `an array at ${path}`,
        got: "none",
        remedy: "Save the model again.",
      });
    }
    return { name, shape: entity.shape ?? [], read: () => floatsOf(entity, name, this.where) };
  }

  #group(path: string): Group | undefined {
    if (path === "/") return this.#file;
    const entity = this.#entity(path);
    return entity instanceof this.#library.Group ? entity : undefined;
  }

  #entity(path: string): Entity | undefined {
    return this.#file.get(path) ?? undefined;
  }
}

function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.map((one) => String(one));
}

function floatsOf(dataset: Dataset, name: string, where: string): Float32Array {
  const size = sizeOf(dataset.shape ?? []);
  const bytesOfOne = dataset.metadata.size;
  const isFloat = dataset.metadata.type === 1 && (bytesOfOne === 4 || bytesOfOne === 8);
  const value = isFloat ? dataset.value : undefined;
  if (value instanceof Float32Array && value.length === size)
    return value.byteLength === value.buffer.byteLength ? value : value.slice();
  if (value instanceof Float64Array && value.length === size) return Float32Array.from(value);
  if (typeof value === "number" && size === 1) return Float32Array.of(value);
  const counts: unknown = dataset.metadata.type === 0 ? dataset.value : undefined;
  if (typeof counts === "bigint" || typeof counts === "number")
    return Float32Array.of(Number(counts));
  throw wrongModel(where, {
    rule: `the array ${name} does not hold floats`,
    expected: "float32 or float64",
    got: String(dataset.dtype),
    remedy: "Save the weights in float32.",
  });
}

/** Opens HDF5 files with `h5wasm`, the HDF5 library itself compiled to WebAssembly, which runs in a page and in Node. */
import type { Dataset, Entity, Group, File as Hdf5File } from "h5wasm";
import { reasonOf } from "../../core/errors.ts";
import { fromHalf } from "../../core/halfFloat.ts";
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
  const module = await library.ready;
  const { FS, activate_throwing_error_handler: throwErrors } = module;
  // Otherwise the library prints each error to the console.
  throwErrors();
  const path = `/${numOpened}.h5`;
  numOpened += 1;
  FS.writeFile(path, bytes);
  let file: Hdf5File | undefined;
  try {
    file = new library.File(path, "r");
    if (file.file_id < 0n) throw new RangeError("the library cannot open it");
    return read(new Hdf5Tree(file, where, library, module));
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
type Module = Awaited<Library["ready"]>;

/** The groups, attributes and arrays of an HDF5 file that Keras wrote. */
export class Hdf5Tree {
  readonly where: string;
  readonly #file: Hdf5File;
  readonly #library: Library;
  readonly #module: Module;

  constructor(file: Hdf5File, where: string, library: Library, module: Module) {
    this.#file = file;
    this.where = where;
    this.#library = library;
    this.#module = module;
  }

  /** Returns a text attribute of the group, or undefined. */
  text(name: string, group = "/"): string | undefined {
    const value = this.#group(group)?.attrs[name]?.value;
    if (value instanceof Uint8Array) return new TextDecoder().decode(value);
    return typeof value === "string" ? utf8(value) : undefined;
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

  /** @throws PlaygroundError `file.invalid` when there is no array at this path. */
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
    return {
      name,
      shape: entity.shape ?? [],
      read: () => floatsOf(entity, this.#module, name, this.where),
    };
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
  return value.map((one) => utf8(String(one)));
}

/** Keras stores UTF-8 under a type that says ASCII, and the library then makes a character of each byte. */
function utf8(text: string): string {
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const isBytes = /[\u0080-\u00ff]/.test(text) && !/[^\0-\u00ff]/.test(text);
  if (!isBytes) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return text;
  }
}

/** The library has no 16-bit floats, but it reads their bytes. */
function halvesOf({ file_id: file, path }: Dataset, size: number, module: Module): Uint16Array {
  const place = module._malloc(2 * size);
  if (place === 0) throw new RangeError("the array does not fit into the memory");
  try {
    module.get_dataset_data(file, path, null, null, null, BigInt(place));
    return new Uint16Array(module.HEAPU8.slice(place, place + 2 * size).buffer);
  } finally {
    module._free(place);
  }
}

function floatsOf(dataset: Dataset, module: Module, name: string, where: string): Float32Array {
  const size = sizeOf(dataset.shape ?? []);
  const bytesOfOne = dataset.metadata.size;
  const isFloat16 = dataset.metadata.type === 1 && bytesOfOne === 2;
  if (isFloat16) return Float32Array.from(halvesOf(dataset, size, module), fromHalf);
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
    expected: "float16, float32 or float64",
    got: String(dataset.dtype),
    remedy: "Save the weights in float32.",
  });
}

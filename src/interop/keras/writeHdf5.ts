/** Writes HDF5 files with `h5wasm`: groups, arrays and attributes that are texts or lists of texts. */
import { PlaygroundError, reasonOf } from "../../core/errors.ts";
import type { Shape } from "../../core/shape.ts";

export interface Hdf5Group {
  /** A list is split into several attributes where one would be too large, as Keras does. */
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
  /** Arrays by their path in the group, which may be in further groups. */
  readonly arrays?: readonly Hdf5Array[];
  readonly groups?: ReadonlyMap<string, Hdf5Group>;
}

export interface Hdf5Array {
  readonly path: string;
  readonly shape: Shape;
  readonly values: Float32Array | BigInt64Array;
}

/** An attribute holds 64 kB, and each text takes 16 bytes in it. */
const MAX_TEXTS = 4000;

let numWritten = 0;

/** @throws PlaygroundError `file.unavailable` when the library cannot write. */
export async function toHdf5(root: Hdf5Group): Promise<Uint8Array<ArrayBuffer>> {
  const library = await import("h5wasm");
  const { FS, activate_throwing_error_handler: throwErrors } = await library.ready;
  // Otherwise the library prints each error to the console.
  throwErrors();
  const path = `/written-${numWritten}.h5`;
  numWritten += 1;
  try {
    const file = new library.File(path, "w");
    try {
      fill(file, root);
    } finally {
      file.close();
    }
    return Uint8Array.from(FS.readFile(path));
  } catch (error) {
    throw new PlaygroundError(
      {
        code: "file.unavailable",
        where: "Export",
        rule: `the HDF5 file could not be written (${reasonOf(error)})`,
        remedy: "Export another format.",
      },
      { cause: error },
    );
  } finally {
    if (FS.analyzePath(path, false).exists) FS.unlink(path);
  }
}

type Group = import("h5wasm").Group;

function fill(group: Group, { attributes = {}, arrays = [], groups }: Hdf5Group): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "string") group.create_attribute(name, value, [], "S");
    else addTexts(group, name, value);
  }
  for (const { path, shape, values } of arrays) {
    const steps = path.split("/");
    const name = steps.pop() ?? path;
    const inside = steps.reduce(groupWithin, group);
    inside.create_dataset({ name, data: values, shape: [...shape] });
  }
  for (const [name, inner] of groups ?? []) fill(group.create_group(name), inner);
}

function groupWithin(group: Group, name: string): Group {
  const there = group.get(name);
  return there !== null && "create_group" in there ? there : group.create_group(name);
}

function addTexts(group: Group, name: string, texts: readonly string[]): void {
  for (let part = 0; part * MAX_TEXTS < texts.length; part += 1) {
    const some = texts.slice(part * MAX_TEXTS, (part + 1) * MAX_TEXTS);
    const key = texts.length > MAX_TEXTS ? `${name}${part}` : name;
    group.create_attribute(key, some, [some.length], "S");
  }
}

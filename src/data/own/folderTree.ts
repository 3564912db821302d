/**
 * Builds a tree of the folders that images are in and finds which level is which. A folder's name means a part (train, test)
 * only where the layout implies it: a class may be called `train`. It looks at paths only.
 */

export interface Folder {
  /** The path with all folders above; empty for the root. */
  readonly path: string;
  readonly name: string;
  readonly folders: Map<string, Folder>;
  /** The number of images directly in this folder. */
  numOwn: number;
}

export type PartFolder = "train" | "validation" | "test";

const PARTS: readonly (readonly [PartFolder, RegExp])[] = [
  ["train", /^train(ing)?$/],
  ["validation", /^val(id(ation)?)?$/],
  ["test", /^test(ing)?$/],
];
/** Suffixes that people add: `training_set`, `test-data`. */
const SUFFIX = /[-_ ]?(set|data|images|pictures)$/;

/** Returns the part that a folder of this name stands for, where the layout allows a part. */
export function partNamed(name: string): PartFolder | undefined {
  const bare = name.toLowerCase().replace(SUFFIX, "");
  return PARTS.find(([, pattern]) => pattern.test(bare))?.[0];
}

/** @param paths the folders of each image, from the root */
export function folderTree(paths: Iterable<readonly string[]>): Folder {
  const top: Folder = { path: "", name: "", folders: new Map(), numOwn: 0 };
  for (const names of paths) {
    let folder = top;
    for (const name of names) {
      let next = folder.folders.get(name);
      if (next === undefined) {
        const path = folder.path === "" ? name : `${folder.path}/${name}`;
        next = { path, name, folders: new Map(), numOwn: 0 };
        folder.folders.set(name, next);
      }
      folder = next;
    }
    folder.numOwn += 1;
  }
  return top;
}

/**
 * Returns the folder whose subfolders differ in meaning. It skips every folder that is alone in its parent and has subfolders
 * itself, because zips and downloads wrap their contents in such folders.
 * @param stop ends the descent at a folder with a matching name
 */
export function belowWrappers(top: Folder, stop: (name: string) => boolean = () => false): Folder {
  let folder = top;
  for (;;) {
    const [only, another] = folder.folders.values();
    if (only === undefined || another !== undefined || stop(only.name)) return folder;
    const isClass = only.folders.size === 0 || (only.numOwn > 0 && only.folders.size === 1);
    if (isClass) return folder;
    folder = only;
  }
}

export interface PartFolders {
  readonly parts: readonly { readonly part: PartFolder; readonly folder: Folder }[];
  /** Folders beside the parts that are not parts. */
  readonly others: readonly Folder[];
}

/**
 * Returns the folders of a level as parts of a data set, or `undefined` when they are classes themselves. They are parts when
 * all have a part's name and contain class folders; only a test part may contain images without a class. A folder with another
 * name does not count when two parts have the same classes and it has none of these.
 */
export function partsIn({ folders }: Folder): PartFolders | undefined {
  const all = [...folders.values()];
  const parts = all.flatMap((folder) => {
    const part = partNamed(folder.name);
    return part === undefined ? [] : [{ part, folder }];
  });
  const others = all.filter(({ name }) => partNamed(name) === undefined);
  const training = parts.filter(({ part }) => part === "train");
  const needClasses = training.length > 0 ? training : parts;
  const haveClasses = needClasses.every(({ folder }) => folder.folders.size > 0);
  if (parts.length === 0 || !haveClasses) return undefined;
  if (others.length === 0) return { parts, others };

  const classNames = new Set(training.flatMap(({ folder }) => classNamesIn(folder)));
  const shares = (folder: Folder) => classNamesIn(folder).some((name) => classNames.has(name));
  const sharing = parts.filter(({ part, folder }) => part !== "train" && shares(folder));
  return sharing.length > 0 && !others.some(shares) ? { parts, others } : undefined;
}

function classNamesIn(part: Folder): string[] {
  return [...belowWrappers(part).folders.keys()];
}

/**
 * The folders that pictures lie in, as a tree, and which of its levels is which: a folder's name means a part (train, test) only
 * where the layout says so. A class may be called `train`. Looks at paths alone.
 */

export interface Folder {
  /** With those above it; empty for the one above all. */
  readonly path: string;
  readonly name: string;
  readonly folders: Map<string, Folder>;
  /** Pictures that lie in it and in no folder below. */
  numOwn: number;
}

export type PartFolder = "train" | "validation" | "test";

const PARTS: readonly (readonly [PartFolder, RegExp])[] = [
  ["train", /^train(ing)?$/],
  ["validation", /^val(id(ation)?)?$/],
  ["test", /^test(ing)?$/],
];
/** `training_set`, `test-data`: what people write after the word. */
const SUFFIX = /[-_ ]?(set|data|images|pictures)$/;

/** The part that a folder of this name is, where the layout makes it one. */
export function partNamed(name: string): PartFolder | undefined {
  const bare = name.toLowerCase().replace(SUFFIX, "");
  return PARTS.find(([, pattern]) => pattern.test(bare))?.[0];
}

/** @param paths folders of each picture, from the top */
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
 * The folder whose folders tell something apart: from the top past every one that is alone in its folder and holds folders
 * itself, as zips and downloads wrap what they hold.
 * @param stop where a folder of such a name is looked for, not passed
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
  /** Beside the parts, and none of them. */
  readonly others: readonly Folder[];
}

/**
 * The folders of a level as parts of a data set, where they are: all are called so and hold class folders, but for a test
 * part, which may hold pictures of no class. A folder of another name beside them is no part where two parts hold the same
 * classes and it holds none of these. `undefined` where they are classes themselves.
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

/**
 * Classes and parts from the folders that pictures lie in, as Keras' `flow_from_directory` reads them: `train/cat/001.jpg`
 * beside `validation/cat/002.jpg`, or `cat/001.jpg` alone. Classes are in the order of their names. Opens no picture.
 */
import type { FoundImages, ImageFile } from "./imageFile.ts";
import { MAX_CLASSES } from "./labels.ts";
import { wrongFile } from "./ownFile.ts";

export type PartFolder = "train" | "validation" | "test";

export interface FolderPart {
  /** As the folder is called. */
  readonly name: string;
  readonly images: readonly ImageFile[];
  /** `[images]`, indices into the classes. */
  readonly labels: Uint8Array;
}

export interface FolderClasses {
  readonly classes: readonly string[];
  /** Only `train` where no folder names a part. */
  readonly parts: { readonly train: FolderPart } & Readonly<
    Partial<Record<PartFolder, FolderPart>>
  >;
}

const PARTS: ReadonlyMap<string, PartFolder> = new Map([
  ["train", "train"],
  ["training", "train"],
  ["validation", "validation"],
  ["valid", "validation"],
  ["val", "validation"],
  ["test", "test"],
  ["testing", "test"],
]);

interface Placed {
  readonly part: PartFolder | undefined;
  readonly partName: string;
  readonly className: string | undefined;
}

/** @throws PlaygroundError `file.invalid` */
export function folderClasses({ images, folders }: FoundImages): FolderClasses {
  const [first] = images;
  if (first === undefined) {
    throw wrongFile("Image folders", {
      rule: "there is no picture among these files",
      expected: "JPEG, PNG, GIF, BMP or WebP files in folders named for their classes",
      got: "none",
      remedy: "Choose the folder above the class folders, or zips of it.",
    });
  }
  const sorted = [...images].sort((a, b) => compare(a.path, b.path));
  const hasParts = sorted.some(({ path }) => partIn(foldersOf(path)) !== undefined);
  const root = hasParts ? 0 : commonFolders(sorted.map(({ path }) => foldersOf(path)));
  const place = (inFolders: readonly string[]): Placed => {
    if (!hasParts) return { part: "train", partName: "", className: inFolders[root] };
    const found = partIn(inFolders);
    const part = found === undefined ? undefined : inFolders[found];
    return {
      part: part === undefined ? undefined : PARTS.get(part.toLowerCase()),
      partName: part === undefined ? "" : `${part}/`,
      className: found === undefined ? undefined : inFolders[found + 1],
    };
  };

  const entries = sorted.map((image) => ({ image, ...place(foldersOf(image.path)) }));
  for (const { image, part, className } of entries) {
    if (part !== undefined && className !== undefined) continue;
    throw wrongFile(image.path, {
      rule: "the picture lies in no class's folder",
      expected: hasParts ? "train/CLASS/ or validation/CLASS/" : "CLASS/",
      got: foldersOf(image.path).join("/") || "no folder",
      remedy: "Put every picture into a folder named for its class.",
    });
  }
  const classes = [
    ...new Set(
      entries.flatMap(({ part, className = "" }) => (part === "train" ? [className] : [])),
    ),
  ].sort(compare);
  requireClasses(classes);
  requireNoEmptyFolder(folders, classes, place);

  const partOf = (wanted: PartFolder): FolderPart | undefined => {
    const own = entries.filter(({ part }) => part === wanted);
    const [firstOwn] = own;
    if (firstOwn === undefined) return undefined;
    return {
      name: firstOwn.partName || "the folders",
      images: own.map(({ image }) => image),
      labels: Uint8Array.from(own, ({ image, className = "" }) =>
        classIndex(classes, className, image.path),
      ),
    };
  };
  const train = partOf("train");
  if (train === undefined) {
    throw wrongFile("train/", {
      rule: "there is nothing to train on",
      expected: "a folder train/ beside the others",
      got: [...new Set(entries.map(({ partName }) => partName))].join(", "),
      remedy: "Add the training folder, or choose class folders alone.",
    });
  }
  const [validation, test] = [partOf("validation"), partOf("test")];
  return {
    classes,
    parts: { train, ...(validation && { validation }), ...(test && { test }) },
  };
}

/** Position of the folder that names a part; the innermost of several in a row (`train.zip` may hold `train/`). */
function partIn(folders: readonly string[]): number | undefined {
  const isPart = (folder: string | undefined) => PARTS.has(folder?.toLowerCase() ?? "");
  let position = folders.findIndex(isPart);
  if (position < 0) return undefined;
  while (isPart(folders[position + 1]) && position + 2 < folders.length) position += 1;
  return position;
}

/** How many folders from the top all paths share. */
function commonFolders(paths: readonly (readonly string[])[]): number {
  const [first = []] = paths;
  let depth = 0;
  while (depth < first.length && paths.every((folders) => folders[depth] === first[depth]))
    depth += 1;
  return depth;
}

function requireClasses(classes: readonly string[]): void {
  if (classes.length >= 2 && classes.length <= MAX_CLASSES) return;
  throw wrongFile("Image folders", {
    rule: classes.length < 2 ? "there is nothing to tell apart" : "these are too many classes",
    expected: `2 to ${MAX_CLASSES} folders with pictures`,
    got: classes.length === 1 ? `only ${classes[0]}` : String(classes.length),
    remedy: "Choose the folder above the class folders.",
  });
}

/** Only zips tell of folders that hold nothing; a folder without pictures is a class that was forgotten. */
function requireNoEmptyFolder(
  folders: readonly string[],
  classes: readonly string[],
  place: (folders: readonly string[]) => Placed,
): void {
  for (const folder of folders) {
    const names = folder.split("/");
    const { part, className } = place(names);
    const isClassFolder = names.at(-1) === className;
    if (part !== "train" || !isClassFolder || className === undefined) continue;
    if (classes.includes(className)) continue;
    throw wrongFile(`${folder}/`, {
      rule: "the class's folder holds no picture",
      expected: "1 or more",
      got: "0",
      remedy: "Add pictures, or delete the folder.",
    });
  }
}

function classIndex(classes: readonly string[], className: string, path: string): number {
  const index = classes.indexOf(className);
  if (index >= 0) return index;
  throw wrongFile(path, {
    rule: "its class has no training picture",
    expected: classes.slice(0, 8).join(", "),
    got: className,
    remedy: "Name the folders alike in training and validation.",
  });
}

function foldersOf(path: string): readonly string[] {
  return path.split("/").slice(0, -1);
}

/** By code units, as Python sorts: the same order everywhere. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

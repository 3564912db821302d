/**
 * Derives classes and parts from the folders of images, as Keras' `flow_from_directory` does: `train/cat/001.jpg` beside
 * `validation/cat/002.jpg`, or `cat/001.jpg` alone. Classes are sorted by name. It opens no image.
 */
import { formatCount } from "../../core/units.ts";
import { classesInNames } from "./fileNames.ts";
import {
  belowWrappers,
  type Folder,
  folderTree,
  type PartFolder,
  partNamed,
  partsIn,
} from "./folderTree.ts";
import type { ImageFile } from "./imageFile.ts";
import { MAX_CLASSES } from "./labels.ts";
import { type LeftOut, leftOutNotes, listed } from "./leftOut.ts";
import { wrongFile } from "./ownFile.ts";
import { foldersOf } from "./paths.ts";

export interface FolderPart {
  /** The name of the folder. */
  readonly name: string;
  readonly images: readonly ImageFile[];
  /** `[images]`, indices into the classes. */
  readonly labels: Uint8Array;
}

export interface FolderClasses {
  readonly classes: readonly string[];
  /** Whether the files' names tell the classes, and not the folders. */
  readonly areNamed: boolean;
  /** Only `train` when no folder names a part. */
  readonly parts: { readonly train: FolderPart } & Readonly<
    Partial<Record<PartFolder, FolderPart>>
  >;
  /** Images and folders that do not fit the layout, with the reason. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/** The class folders of one part, or of everything. */
interface ClassLevel {
  readonly part: PartFolder;
  readonly name: string;
  readonly folder: Folder;
}

interface Placed {
  readonly image: ImageFile;
  readonly level: ClassLevel;
  readonly className: string;
}

/**
 * Where folders tell no classes, the files' names may (`cup.123.jpg`).
 * @param folders all folders that were given, to name class folders without an image
 * @param unusable files that were left out before, in case that explains why there are too few classes
 * @throws PlaygroundError `file.invalid`
 */
export function folderClasses(
  images: readonly ImageFile[],
  folders: ReadonlySet<string>,
  unusable: readonly LeftOut[],
): FolderClasses {
  const named = classesInNames(images);
  const found = classesInFolders(named ?? images, folders, unusable);
  return { ...found, areNamed: named !== undefined };
}

function classesInFolders(
  images: readonly ImageFile[],
  folders: ReadonlySet<string>,
  unusable: readonly LeftOut[],
): Omit<FolderClasses, "areNamed"> {
  const sorted = [...images].sort((a, b) => compare(a.path, b.path));
  const top = belowWrappers(folderTree(sorted.map(({ path }) => foldersOf(path))));
  const levels = classLevels(top);
  const leftOut: { name: string; reason: string }[] = [];
  const placed = sorted.flatMap((image): Placed[] => {
    const level = levels.find(({ folder }) => isBelow(image.path, folder));
    const className = level && foldersOf(image.path)[depthOf(level.folder)];
    if (level !== undefined && className !== undefined) return [{ image, level, className }];
    leftOut.push({ name: image.path, reason: "in no class's folder" });
    return [];
  });
  const classes = [
    ...new Set(
      placed.flatMap(({ level, className }) => (level.part === "train" ? [className] : [])),
    ),
  ].sort(compare);
  requireTraining(levels, placed);
  requireClasses(classes, leftOut, unusable, top);
  for (const name of emptyFolders(folders, levels, classes))
    leftOut.push({ name, reason: "a folder without a picture, so no class" });

  const indexOf = classIndices(classes);
  const partOf = (wanted: PartFolder): FolderPart | undefined => {
    const own = placed.filter(({ level }) => level.part === wanted);
    const known = own.filter(({ image, className }) => {
      if (indexOf(className) !== undefined) return true;
      leftOut.push({ name: image.path, reason: "of a class that has no training picture" });
      return false;
    });
    const [first] = known;
    if (first === undefined) return undefined;
    return {
      name: first.level.name,
      images: known.map(({ image }) => image),
      labels: Uint8Array.from(known, ({ className }) => indexOf(className) ?? 0),
    };
  };
  const [train, validation, test] = [partOf("train"), partOf("validation"), partOf("test")];
  if (train === undefined) throw new RangeError("classes come from training pictures");
  return {
    classes,
    parts: { train, ...(validation && { validation }), ...(test && { test }) },
    leftOut,
  };
}

function classLevels(top: Folder): readonly ClassLevel[] {
  const found = partsIn(top);
  if (found === undefined) return [{ part: "train", name: "the folders", folder: top }];
  const training = found.parts
    .filter(({ part }) => part === "train")
    .map(({ folder }) => belowWrappers(folder));
  // A part's only folder is a class, and not a wrapper folder, when the training part has a class of that name.
  const isClass = (name: string) => training.some(({ folders }) => folders.has(name));
  return found.parts.map(({ part, folder }) => ({
    part,
    name: `${folder.name}/`,
    folder: belowWrappers(folder, part === "train" ? undefined : isClass),
  }));
}

/** Returns a lookup from name to class index that ignores case, because parts may spell a class differently. */
function classIndices(classes: readonly string[]): (name: string) => number | undefined {
  const exact = new Map(classes.map((name, index) => [name, index] as const));
  const lower = new Map<string, number | undefined>();
  classes.forEach((name, index) => {
    const key = name.toLowerCase();
    lower.set(key, lower.has(key) ? undefined : index);
  });
  return (name) => exact.get(name) ?? lower.get(name.toLowerCase());
}

function requireTraining(levels: readonly ClassLevel[], placed: readonly Placed[]): void {
  if (levels.some(({ part }) => part === "train")) return;
  throw wrongFile("Image folders", {
    rule: "there is nothing to train on",
    expected: "a folder train/ beside the others",
    got: [...new Set(placed.map(({ level }) => level.name))].join(", "),
    remedy: "Add the training folder, or choose one of these folders alone.",
  });
}

function requireClasses(
  classes: readonly string[],
  leftOut: readonly { readonly name: string }[],
  unusable: readonly LeftOut[],
  { path }: Folder,
): void {
  if (classes.length >= 2 && classes.length <= MAX_CLASSES) return;
  if (classes.length > MAX_CLASSES) {
    throw wrongFile("Image folders", {
      rule: "these are too many classes",
      expected: `${MAX_CLASSES} class folders or fewer`,
      got: `${formatCount(classes.length)}, among them ${listed(classes)}`,
      remedy: "Take a part of them.",
    });
  }
  const [only] = classes;
  const place = path === "" ? "no folder" : `${path}/`;
  const loose =
    leftOut.length > 0
      ? `${formatCount(leftOut.length)} ${leftOut.length === 1 ? "picture lies" : "pictures lie"} in ${place}.`
      : "";
  const got = [loose, ...leftOutNotes(unusable)].filter((note) => note !== "").join(" ");
  throw wrongFile("Image folders", {
    rule:
      only === undefined
        ? "found no class folder; two are needed"
        : `found one class folder, ${only}; two are needed`,
    ...(got !== "" && { got: got.replace(/[.]$/, "") }),
    remedy:
      only === undefined
        ? "Put the pictures of each class into a folder named for it, then choose the folder above."
        : "Add a folder with pictures of another class beside it, and choose the folder above both.",
  });
}

/** Finds class folders without any image: the class was forgotten, or its files are unusable. */
function emptyFolders(
  folders: ReadonlySet<string>,
  levels: readonly ClassLevel[],
  classes: readonly string[],
): readonly string[] {
  const ofTraining = levels.filter(({ part }) => part === "train");
  return [...folders]
    .filter((folder) => {
      const level = ofTraining.find((own) => isBelow(folder, own.folder));
      if (level === undefined) return false;
      const names = folder.split("/");
      const name = names.at(-1) ?? "";
      if (names.length !== depthOf(level.folder) + 1 || classes.includes(name)) return false;
      return levels.length > 1 || partNamed(name) === undefined;
    })
    .map((folder) => `${folder}/`)
    .sort(compare);
}

function isBelow(path: string, folder: Folder): boolean {
  return folder.path === "" || path.startsWith(`${folder.path}/`);
}

function depthOf({ path }: Folder): number {
  return path === "" ? 0 : path.split("/").length;
}

/** Compares by code units, as Python sorts, so that the order is the same everywhere. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

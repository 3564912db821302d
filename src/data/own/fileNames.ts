/** Finds classes in the names of images that are in no class's folder, as in `cup.123.jpg` or `dog_7.png`. */
import { belowWrappers, folderTree, partNamed } from "./folderTree.ts";
import type { ImageFile } from "./imageFile.ts";
import { foldersOf } from "./paths.ts";

/** A word, a separator and a number; cameras write `IMG_0001`, which names no class. */
const NUMBERED = /^(.*[^\s\d._()-])[\s._-]*[(]?\d+[)]?$/u;
const CAMERA = /^(img|dsc|dscn|dcim|image|photo|picture|pict?|screenshot|scan)$/i;
/** A class with one image cannot both train and validate. */
const FEWEST_OF_A_CLASS = 2;

/**
 * Returns the images with the folder of their class added to their paths. Images without a class in their names are unchanged.
 * @returns `undefined` unless there are no class folders, and the names of all training images form two classes or more
 */
export function classesInNames(images: readonly ImageFile[]): readonly ImageFile[] | undefined {
  const top = belowWrappers(folderTree(images.map(({ path }) => foldersOf(path))));
  const [only, another] = top.folders.values();
  const isWrapped = only !== undefined && another === undefined && top.numOwn === 0;
  const level = isWrapped && partNamed(only.name) === undefined ? only : top;
  const folders = [...level.folders.values()];
  const areParts = folders.every(({ name, folders }) => folders.size === 0 && partNamed(name));
  const hasTraining = folders.some(({ name }) => partNamed(name) === "train");
  if (!areParts || (folders.length > 0 && !hasTraining)) return undefined;
  const isOther = ({ path }: ImageFile) =>
    folders.length > 0 && partNamed(foldersOf(path).at(-1) ?? "") !== "train";

  const counts = new Map<string, number>();
  for (const image of images) {
    if (isOther(image)) continue;
    const name = classIn(image.path);
    if (name === undefined) return undefined;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const areClasses = [...counts.values()].every((count) => count >= FEWEST_OF_A_CLASS);
  if (counts.size < 2 || !areClasses) return undefined;
  return images.map((image) => {
    const name = classIn(image.path);
    const [file = "", ...above] = image.path.split("/").reverse();
    if (name === undefined) return image;
    return { ...image, path: [...above.reverse(), name, file].join("/") };
  });
}

function classIn(path: string): string | undefined {
  const stem = path.slice(path.lastIndexOf("/") + 1).replace(/[.][^.]*$/, "");
  const name = NUMBERED.exec(stem)?.[1];
  return name === undefined || CAMERA.test(name) ? undefined : name.toLowerCase();
}

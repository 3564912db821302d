/** Which of some files is which, by name, for data sets of four files: images and labels to train and to test on. */
import { nameOf, type OwnFile, wrongFile } from "./ownFile.ts";

export type Role = "trainImages" | "trainLabels" | "testImages" | "testLabels";
export type FourFiles = Readonly<Record<Role, OwnFile>>;

export interface RoleNames {
  /** The names as people know them, for messages. */
  readonly names: Readonly<Record<Role, string>>;
  roleOf(name: string): Role | undefined;
}

/** @throws PlaygroundError `file.invalid` for a file without a role, two with the same one, or one that is missing */
export function fourFiles(files: readonly OwnFile[], { names, roleOf }: RoleNames): FourFiles {
  const found = new Map<Role, OwnFile>();
  const all = Object.values(names).join(", ");
  for (const file of files) {
    const name = nameOf(file.path);
    // What systems leave in folders.
    if (name.startsWith(".") || name === "Thumbs.db" || name === "desktop.ini") continue;
    const role = roleOf(name);
    if (role === undefined) {
      throw wrongFile(file.path, {
        rule: "its name does not say which of the four files it is",
        expected: all,
        got: name,
        remedy: "Rename it, or leave it out.",
      });
    }
    const other = found.get(role);
    if (other !== undefined) {
      throw wrongFile(file.path, {
        rule: "two files are the same part",
        expected: `one ${names[role]}`,
        got: `${other.path} and ${file.path}`,
        remedy: "Leave one out.",
      });
    }
    found.set(role, file);
  }
  const need = (role: Role): OwnFile => {
    const file = found.get(role);
    if (file !== undefined) return file;
    throw wrongFile(names[role], {
      rule: "the file is missing",
      expected: all,
      got: [...found.values()].map(({ path }) => nameOf(path)).join(", ") || "none of them",
      remedy: "Choose or drop all four files together.",
    });
  };
  return {
    trainImages: need("trainImages"),
    trainLabels: need("trainLabels"),
    testImages: need("testImages"),
    testLabels: need("testLabels"),
  };
}

/** @throws PlaygroundError `file.invalid` unless there are as many labels as images, and images at all. */
export function requireSameLength(
  images: OwnFile,
  numImages: number,
  labels: OwnFile,
  numLabels: number,
): void {
  if (numImages === numLabels && numImages > 0) return;
  throw wrongFile(labels.path, {
    rule: numImages === numLabels ? "there is no image" : "images and labels are not as many",
    expected:
      numImages === 0 ? "images" : `${numImages} labels, as ${nameOf(images.path)} has images`,
    got: String(numLabels),
    remedy: "Save images and labels of the same examples.",
  });
}

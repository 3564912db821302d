/** Pictures that a person takes class by class, and the files that they become: those of a folder with a folder for each class. */
export interface ClassPicture {
  readonly id: number;
  readonly blob: Blob;
  /** Shows the picture in the page; revoked when the picture is removed. */
  readonly address: string;
}

export interface PictureClass {
  readonly id: number;
  readonly name: string;
  /** The newest first. */
  readonly pictures: readonly ClassPicture[];
}

interface TakenFile {
  readonly path: string;
  readonly file: File;
}

/** One image of a class trains, another one validates. */
const LEAST_PICTURES = 2;

/** Returns why the pictures are no data set yet, in one sentence; `null` when they are one. */
export function lackOf(classes: readonly PictureClass[]): string | null {
  if (classes.length < 2) return "Two classes are needed.";
  const names = classes.map(({ name }) => folderName(name).toLowerCase());
  if (names.includes("")) return "Give every class a name.";
  const double = classes.find((_, index) => names.indexOf(names[index] ?? "") !== index);
  if (double !== undefined) return `Two classes are named ${double.name}.`;
  const poor = classes.find(({ pictures }) => pictures.length < LEAST_PICTURES);
  return poor === undefined ? null : `${poor.name} needs ${LEAST_PICTURES} pictures or more.`;
}

/** The folder `train` lets a class have any name, even that of a part of the data. */
export function filesOf(classes: readonly PictureClass[]): readonly TakenFile[] {
  return classes.flatMap(({ name, pictures }) =>
    // In the order in which they were taken.
    pictures.toReversed().map(({ blob }, index) => {
      const fileName = `${String(index + 1).padStart(4, "0")}.${endingOf(blob)}`;
      return {
        path: `train/${folderName(name)}/${fileName}`,
        file: new File([blob], fileName, { type: blob.type }),
      };
    }),
  );
}

function folderName(name: string): string {
  // A name that begins with a dot would be left out as a hidden file.
  return name.trim().replace(/[/\\]/g, "-").replace(/^[.]+/, "");
}

function endingOf({ type }: Blob): string {
  const [, ending = "png"] = /^image[/](\w+)/.exec(type) ?? [];
  return ending === "jpeg" ? "jpg" : ending;
}

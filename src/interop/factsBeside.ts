/** Class names and the scale of images that a program wrote into a file beside the model, or that its name speaks for. */
import { type StatedFacts, textsOrNone } from "./statedFacts.ts";

/** Teachable Machine writes both: the first beside models of TensorFlow.js, the second beside those of Keras. */
export const LABEL_FILES: readonly string[] = ["metadata.json", "labels.txt"];

const NONE: StatedFacts = { classes: undefined, preparation: undefined };

interface TextFile {
  readonly path: string;
  read(): Promise<Uint8Array>;
}

/** @param files those that were given together with the model. */
export async function factsBeside(files: readonly TextFile[]): Promise<StatedFacts> {
  for (const file of files) {
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    if (!LABEL_FILES.includes(name)) continue;
    const text = new TextDecoder().decode(await file.read());
    const facts =
      name === "labels.txt"
        ? { classes: numberedLines(text), preparation: undefined }
        : factsInJson(text);
    if (facts.classes !== undefined) return facts;
  }
  return NONE;
}

/** Each line is a number and a name: `0 cup`. */
function numberedLines(text: string): readonly string[] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const names = lines.flatMap((line, at) => {
    const [, number, name] = /^\s*(\d+)\s+(.+?)\s*$/.exec(line) ?? [];
    return Number(number) === at && name !== undefined ? [name] : [];
  });
  return names.length > 0 && names.length === lines.length ? names : undefined;
}

function factsInJson(text: string): StatedFacts {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("labels" in value)) return NONE;
    const isTeachable =
      "packageName" in value && String(value.packageName).startsWith("@teachablemachine/");
    // Its trunk takes images from -1 to 1, which its own program computes.
    const preparation = isTeachable ? "symmetric" : undefined;
    return { classes: textsOrNone(value.labels), preparation };
  } catch {
    return NONE;
  }
}

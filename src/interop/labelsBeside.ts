/** Class names that a program wrote into a file beside the model. */
import { textsOrNone } from "./statedFacts.ts";

/** Teachable Machine writes both: the first beside models of TensorFlow.js, the second beside those of Keras. */
export const LABEL_FILES: readonly string[] = ["metadata.json", "labels.txt"];

interface TextFile {
  readonly path: string;
  read(): Promise<Uint8Array>;
}

/**
 * @param files those that were given together with the model.
 * @returns undefined when none of them lists class names.
 */
export async function labelsBeside(
  files: readonly TextFile[],
): Promise<readonly string[] | undefined> {
  for (const file of files) {
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    if (!LABEL_FILES.includes(name)) continue;
    const text = new TextDecoder().decode(await file.read());
    const labels = name === "labels.txt" ? numberedLines(text) : labelsInJson(text);
    if (labels !== undefined) return labels;
  }
  return undefined;
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

function labelsInJson(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("labels" in value)) return undefined;
    return textsOrNone(value.labels);
  } catch {
    return undefined;
  }
}

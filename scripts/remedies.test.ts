/**
 * Reads the remedy of every error in the source. A remedy that tells a person to change a control must name one that exists.
 * `remedyOf` names controls that exist only with some settings; others must be in the list below.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { LAB_FIELDS } from "../src/network/convolutions/labSettings.ts";
import { FIELDS, SETTING_KEYS } from "../src/settings/fields.ts";
import { settingsNamedIn } from "../src/settings/remedies.ts";
import { REPOSITORY } from "./repository.ts";

/** Maps a file to settings that always exist when its error is thrown, although not in general. */
const THERE: Readonly<Record<string, readonly string[]>> = {
  // These are the threads of the compiled engine on the processor, which is running then.
  "src/exec/wasm/helperThreads.ts": ["threads"],
  // TensorFlow.js was chosen, or Automatic selected it.
  "src/exec/tfjs/deviceFaults.ts": ["tfjsBackend"],
  "src/exec/tfjs/backends/shareBackend.ts": ["tfjsBackend"],
  "src/exec/tfjs/backends/chooseBackend.ts": ["tfjsBackend"],
};

interface Remedy {
  readonly file: string;
  readonly text: string;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /[.]tsx?$/.test(entry.name) && !/[.]test[.]/.test(entry.name) ? [path] : [];
  });
}

/** Matches the text after `remedy`, up to the end of the value: one literal, or the two of a condition. */
const REMEDY = /\b(?:remedy|REMEDY)\s*(?::|=)\s*((?:[^;{}"`]|"[^"]*"|`[^`]*`)*?)(?:,\n|;\n| \})/g;

const REMEDIES: readonly Remedy[] = sources(join(REPOSITORY, "src")).flatMap((path) => {
  // In this file, `remedy` is a part of a sentence and not the remedy of an error.
  if (path.endsWith("chooseThreads.ts")) return [];
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(REMEDY)].flatMap(([, value = ""]) =>
    [...value.matchAll(/"([^"]*)"|`([^`]*)`|'([^']*)'/g)].map(([, plain, filled, quoting]) => ({
      file: relative(REPOSITORY, path).replaceAll("\\", "/"),
      text: plain ?? filled ?? quoting ?? "",
    })),
  );
});
const LABELS = [
  ...SETTING_KEYS.map((key) => FIELDS[key].label),
  ...Object.values(LAB_FIELDS).map(({ label }) => label),
];
/** Matches an action on a control: the control's name must follow. */
const MOVED =
  /(?<!data )\b(?:[Rr]aise|[Ll]ower|[Ss]et) (?!it\b|that\b|[A-Z_]+=)(?:the )?([A-Za-z][\w. -]*)/g;
/** Matches what is pressed: a button's text. */
const PRESSED = /\b[Pp]ress ([A-Z][a-z]+(?: [a-z]+)*?)(?= first\b|[.,;])/g;
const PAGE = sources(join(REPOSITORY, "src", "ui"))
  .map((path) => readFileSync(path, "utf8"))
  .join("\n");

test("there are remedies to walk over", () => {
  expect(REMEDIES.length).toBeGreaterThan(80);
});

test.each(REMEDIES)("$file: $text", ({ file, text }) => {
  for (const [, moved = ""] of text.matchAll(MOVED))
    expect(
      LABELS.some((label) => moved.startsWith(label)),
      `"${moved}" begins with a control's name`,
    ).toBe(true);
  for (const [, pressed = ""] of text.matchAll(PRESSED))
    expect(PAGE, `a button called ${pressed}`).toMatch(new RegExp(`[>"\\s]${pressed}["<\\s]`));
  const conditional = settingsNamedIn(text).filter((key) => FIELDS[key].appliesWhen !== undefined);
  expect(conditional.filter((key) => THERE[file]?.includes(key) !== true)).toEqual([]);
  // The text must be one or more sentences.
  expect(text).toMatch(/[.]$/);
});

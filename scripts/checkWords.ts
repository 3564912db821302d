/** `npm run check:words`: refuses private words in comments and docs, and names the standard term for each. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { privateWordsIn } from "./plainWords.ts";
import { REPOSITORY } from "./repository.ts";

const CODE = /[.](?:tsx?|mjs|js|css|py|grit)$/;
const PROSE = /[.]md$/;
/** These files list or quote the words. */
const LISTS: ReadonlySet<string> = new Set(["scripts/plainWords.ts", "scripts/plainWords.test.ts"]);

const files = execFileSync("git", ["ls-files"], { cwd: REPOSITORY, encoding: "utf8" })
  .split("\n")
  .filter((file) => (CODE.test(file) || PROSE.test(file)) && !LISTS.has(file));
const complaints = files.flatMap((file) =>
  privateWordsIn(readFileSync(join(REPOSITORY, file), "utf8"), PROSE.test(file)).map(
    ({ line, words, standard }) =>
      `${file}:${line}: "${words}" is a private word; use the standard term: ${standard}.`,
  ),
);
for (const complaint of complaints) console.error(complaint);
if (files.length === 0) console.error("There is no file to check.");
process.exitCode = complaints.length > 0 || files.length === 0 ? 1 : 0;

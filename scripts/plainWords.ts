/**
 * Finds private words and phrases in comments and docs, each with the standard term to use instead. A reader who has not seen the
 * code understands the standard term and not the private one. `checkWords.ts` applies this to the repository.
 */

interface PrivateWord {
  readonly pattern: RegExp;
  readonly standard: string;
}

/** Patterns must not match across the end of a sentence, and take any white space between two words. */
const PRIVATE_WORDS: readonly PrivateWord[] = [
  word(
    "(?:threads|helpers|lanes|all) (?:then )?meet|(?:next|without|before) meeting|the meet",
    "barrier",
  ),
  word("spoken to|speaks? to (?:all|every|the other)", "broadcast"),
  word("laid out (?:in|as|by) rows", "im2col"),
  word(
    "(?:the|two|its|both|their|other's|in|as|of|between|into) halves",
    "half precision, or the depthwise and the pointwise convolution",
  ),
  word("teams", "a group of threads, a subgroup or a workgroup"),
  word("gathers? over", "accumulate"),
  word("missed after", "times out"),
  word(
    "takes? (?:it |them )?along|taken along|taking along",
    "fused into the same kernel or launch",
  ),
  word(
    "whoever|whosoever|somebody|nobody|everybody",
    "the caller, a person, the function by its name",
  ),
  word("refuses? to know", "say what the file does"),
  word("held against|holds? (?:\\S+ ){1,4}against", "compared with, checked against"),
  word("reckon(?:s|ed|ing)?", "estimate, extrapolate"),
  word("foretold|foretells?", "predict"),
  word("(?:the|free of the|without the) dust", "rounding error"),
  word("by heart", "memorise"),
  word("anew", "again"),
  word("mend(?:s|ed|ing)?", "fix, repair"),
  word("sees? to (?:it|that|this)", "ensure, or name what does it"),
  word("(?:tells?|told|telling) (?:\\S+ ){0,3}apart", "distinguish"),
  word("(?:tells?|told) of", "report, notify"),
  word("(?:is|are|lies|stand|stands) at hand|at hand here", "available"),
  word("\\S+'s to (?:say|see|know|hear|decide|hold|end|give)", "say who decides"),
  word(
    "(?:lies|lie) (?:in|at|on|beside|behind|between|within|there|where|side|below|above|apart)",
    "is in, is stored at, is beside",
  ),
  word("so many(?! \\S+(?: \\S+){0,6} that)", "this many, or the number"),
];

/** A private word in a text, with the line where it begins. */
export interface Found {
  readonly line: number;
  readonly words: string;
  readonly standard: string;
}

function word(phrase: string, standard: string): PrivateWord {
  return {
    pattern: new RegExp(
      `(?<![\\w\`/.-])(?:${phrase.replaceAll(" ", "\\s+")})(?![\\w\`/.-]*\\w)`,
      "gi",
    ),
    standard,
  };
}

/**
 * @param text the whole file
 * @param isProse true for Markdown, where everything counts; false for code, where only comments count
 */
export function privateWordsIn(text: string, isProse: boolean): readonly Found[] {
  const searched = isProse ? withoutCode(text) : commentsOf(text);
  return PRIVATE_WORDS.flatMap(({ pattern, standard }) =>
    [...searched.matchAll(pattern)].map(
      ({ 0: words, index }): Found => ({
        line: searched.slice(0, index).split("\n").length,
        words: words.replaceAll(/\s+/g, " "),
        standard,
      }),
    ),
  ).toSorted((a, b) => a.line - b.line);
}

const BLOCK = /(?<=^|[\s({,=>])\/\*[\s\S]*?\*\//g;
const LINE = /(?<=^|\s)(?:\/\/|#) .*$/gm;

/** Blanks everything but comments, so that lines keep their numbers. A phrase may continue on a comment's next line. */
function commentsOf(code: string): string {
  const kept = new Array<string>(code.length);
  for (const pattern of [BLOCK, LINE])
    for (const { 0: comment, index } of code.matchAll(pattern))
      for (const [at, character] of [...comment].entries()) kept[index + at] = character;
  const text = Array.from(kept, (character, at) =>
    code[at] === "\n" ? "\n" : (character ?? " "),
  ).join("");
  return text.replaceAll(/^ *(?:\*|\/\/|#) /gm, (start) => " ".repeat(start.length));
}

/** Blanks code blocks and inline code, which quote names and commands. */
function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^ {4}.*$|`[^`\n]*`/gm, (code) => " ".repeat(code.length));
}

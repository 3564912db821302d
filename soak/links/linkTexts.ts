/** Random addresses, from those that the page writes to texts that are no link at all. */
import fc from "fast-check";
import { SETTING_KEYS } from "../../src/settings/fields.ts";
import { RECIPES } from "../../src/settings/recipes/registry.ts";
import { DIALOG_IDS, TAB_IDS } from "../../src/store/page/viewState.ts";
import { shortName } from "../../src/store/settings/linkNames.ts";

export interface FuzzedLink {
  /** How it was made, for the counts of the result. */
  readonly kind: string;
  /** Starts with `?`. */
  readonly search: string;
}

const names = fc.oneof(
  fc.constantFrom(...SETTING_KEYS),
  fc.constantFrom(...SETTING_KEYS.map(shortName)),
);
const strangeNames = fc.constantFrom(
  ..."constructor __proto__ toString v2 v3 v02 v99999999999 recipe tab lock hide open by c.filters utm_source gclid".split(
    " ",
  ),
);
const numbers = fc.oneof(
  fc.integer({ min: -5, max: 70_000 }),
  fc.double(),
  fc.constantFrom("1e999", "-0", "0x10", "1_000", " 7 ", "NaN", "1,2,3,4", "٣"),
);
const words = fc.constantFrom(
  ..."on off true ordinary separable none relu adam sgd wasm webgpu cosine epochs images starter * ,".split(
    " ",
  ),
);
const values = fc.oneof(numbers.map(String), words, fc.string({ unit: "binary", maxLength: 30 }));
const recipeIds = fc.oneof(fc.constantFrom(...RECIPES.map(({ id }) => id)), fc.constant("door"));
const lists = fc.array(fc.oneof(names, strangeNames), { maxLength: 8 }).map(String);

type Part = readonly [name: string, value: string];
const parts: fc.Arbitrary<Part> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(names, values) },
  { weight: 1, arbitrary: fc.tuple(strangeNames, values) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom("lock", "hide"), lists) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("tab"), fc.constantFrom(...TAB_IDS, "door")) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("open"), fc.constantFrom(...DIALOG_IDS, "door")) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("by"), fc.string({ unit: "binary" })) },
);

function queryOf(list: readonly Part[]): string {
  return `?${new URLSearchParams(list.map(([name, value]) => [name, value]))}`;
}

const current = fc
  .tuple(recipeIds, fc.array(parts, { maxLength: 12 }))
  .map(([id, list]) => queryOf([["v2", id], ...list]));
const first = fc
  .tuple(recipeIds, fc.array(parts, { maxLength: 12 }))
  .map(([id, list]) => queryOf([["recipe", id], ...list]));
const unknown = fc
  .tuple(fc.integer({ min: 3, max: 1e8 }), fc.array(parts, { maxLength: 5 }))
  .map(([version, list]) => queryOf([[`v${version}`, "notebook"], ...list]));
const damaged = fc
  .tuple(current, fc.nat(), fc.nat({ max: 20 }), fc.string({ unit: "binary", maxLength: 8 }))
  .map(([link, place, length, text]) => {
    const at = 1 + (place % link.length);
    return `${link.slice(0, at)}${text}${link.slice(at + length)}`;
  });
const rubbish = fc.string({ unit: "binary", maxLength: 400 }).map((text) => `?${text}`);
const long = fc
  .tuple(
    current,
    fc.constantFrom("7", "&lr=1", "&x=", "%", "é"),
    fc.integer({ min: 1, max: 100_000 }),
  )
  .map(([link, text, length]) => link + text.repeat(Math.ceil(length / text.length)));

const kinds: readonly (readonly [weight: number, kind: string, search: fc.Arbitrary<string>])[] = [
  [6, "version 2", current],
  [3, "version 1", first],
  [1, "unknown version", unknown],
  [4, "damaged", damaged],
  [3, "rubbish", rubbish],
  [1, "long", long],
];

export const fuzzedLinks: fc.Arbitrary<FuzzedLink> = fc.oneof(
  ...kinds.map(([weight, kind, search]) => ({
    weight,
    arbitrary: search.map((text) => ({ kind, search: text })),
  })),
);

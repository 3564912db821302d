import { describe, expect, test } from "vitest";
import { recipeById } from "../../settings/recipes/registry.ts";
import { decodeLink } from "./link.ts";
import { linkWords, lockedDifference, restrictionWords } from "./linkWords.ts";
import { initialSettings } from "./settingsState.ts";

const wordsFor = (search: string) => restrictionWords(decodeLink(search).restrictions);

describe("what a link has locked", () => {
  test("is said in one sentence with who did it", () => {
    expect(wordsFor("?v2=notebook")).toBeNull();
    expect(wordsFor("?v2=notebook&lock=lr")).toBe(
      "The link to this page has locked Learning rate.",
    );
    expect(wordsFor("?v2=notebook&lock=recipe,lr,bs&hide=eng&by=Ms%20Meier")).toBe(
      "The link to this page, by Ms Meier, has locked Recipe, Learning rate and Batch size and hidden Engine.",
    );
    expect(wordsFor("?v2=notebook&lock=*")).toBe("The link to this page has locked all controls.");
    expect(wordsFor("?v2=notebook&lock=lr,bs,epo,con,ia,mr,is")).toContain("locked 7 controls");
  });

  test("is what networks of a race or an experiment must not differ in", () => {
    const { restrictions } = decodeLink("?v2=one-minute&lock=lr,con");
    const settings = { ...initialSettings(), restrictions };
    const same = { settings: { ...settings.values, seed: 9 } };
    const other = { settings: { ...settings.values, convolution: "ordinary" as const } };
    expect(lockedDifference(settings, [same])).toBeNull();
    expect(lockedDifference(settings, [same, other])).toContain("has locked Convolution");
  });
});

test("a link's contents are said with each change beside the recipe's value", () => {
  const words = linkWords(
    decodeLink("?v2=notebook&mr=2&con=ordinary&tab=race&open=look&lock=lr&hide=eng&by=Mo"),
  );
  expect(words).toEqual([
    `The recipe "${recipeById("notebook").title}", with:`,
    "Middle-flow repeats: 2 (the recipe: 3)",
    "Convolution: Ordinary (the recipe: Separable)",
    "It opens the tab Race.",
    'It opens the dialog "Look at the data".',
    "It locks Learning rate.",
    "It hides Engine.",
    "It says that it comes from Mo.",
  ]);
});

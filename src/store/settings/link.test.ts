import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SETTING_KEYS } from "../../settings/fields.ts";
import { RECIPES, recipeById } from "../../settings/recipes/registry.ts";
import { TAB_IDS } from "../page/viewState.ts";
import { decodeLink, encodeLink, isForeignParameter } from "./link.ts";

describe("encodeLink", () => {
  test("is empty for the default recipe as it is", () => {
    expect(encodeLink("one-minute", recipeById("one-minute").settings)).toBe("");
  });

  test("names the recipe and only the settings that differ from it", () => {
    const values = { ...recipeById("one-minute").settings, middleRepeats: 3 };
    expect(encodeLink("one-minute", values)).toBe("?recipe=one-minute&middleRepeats=3");
  });

  test("writes lists and switches as people would", () => {
    const values = {
      ...recipeById("notebook").settings,
      residual: false,
      exitFilters: [8, 16, 24, 32],
    };
    expect(encodeLink("notebook", values)).toBe(
      "?recipe=notebook&residual=off&exitFilters=8,16,24,32",
    );
  });
});

describe("decodeLink", () => {
  test("gives back what was encoded, for every tab, recipe and change", () => {
    const change = fc.record({
      middleRepeats: fc.integer({ min: 0, max: 16 }),
      inputSize: fc.integer({ min: 28, max: 299 }),
      learningRate: fc.double({ min: 1e-9, max: 10, noNaN: true }),
      residual: fc.boolean(),
      convolution: fc.constantFrom(
        "separable" as const,
        "ordinary" as const,
        "pointwise-first" as const,
      ),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...TAB_IDS),
        fc.constantFrom(...RECIPES),
        change,
        (tab, { id, settings }, changed) => {
          const values = { ...settings, ...changed };
          const content = { tab, recipeId: id, values, problems: [] };
          expect(decodeLink(encodeLink(id, values, tab))).toEqual(content);
        },
      ),
    );
  });

  test("uses what is valid and reports the rest with its reason", () => {
    const { recipeId, values, problems } = decodeLink(
      "?recipe=notebook&seed=-3&inputSize=48&colour=red",
    );
    expect(recipeId).toBe("notebook");
    expect(values).toEqual({ ...recipeById("notebook").settings, inputSize: 48 });
    expect(problems.map(({ parameter, text }) => [parameter, text])).toEqual([
      ["seed", "-3"],
      ["colour", "red"],
    ]);
    expect(problems[0]?.reason).toContain("a whole number from 0");
  });

  test("takes the default recipe where the link names none that exists, and says so", () => {
    const { recipeId, problems } = decodeLink("?recipe=two-minutes&middleRepeats=2");
    expect(recipeId).toBe("one-minute");
    expect(problems).toEqual([
      expect.objectContaining({ parameter: "recipe", text: "two-minutes" }),
    ]);
  });

  test("opens the playground where the link names no tab that exists, and says so", () => {
    const { tab, problems } = decodeLink("?tab=kitchen");
    expect(tab).toBe("playground");
    expect(problems).toEqual([expect.objectContaining({ parameter: "tab", text: "kitchen" })]);
  });

  test("counts the first of two values for one setting and reports the second", () => {
    const { values, problems } = decodeLink("?middleRepeats=2&middleRepeats=5");
    expect(values.middleRepeats).toBe(2);
    expect(problems).toEqual([expect.objectContaining({ parameter: "middleRepeats", text: "5" })]);
  });

  test("never throws, whatever the address holds", () => {
    fc.assert(
      fc.property(fc.string(), (search) => {
        expect(decodeLink(search).values).toBeDefined();
      }),
    );
  });

  test("is not misled by names that every object has", () => {
    const { problems } = decodeLink("?constructor=1&toString=3");
    expect(problems).toHaveLength(2);
  });

  test.each([
    ..."fbclid gclid dclid gbraid wbraid msclkid twclid ttclid yclid igshid igsh srsltid li_fat_id rdt_cid".split(
      " ",
    ),
    ..."utm_source utm_medium utm_campaign mc_cid mc_eid _ga _gl _hsenc mtm_campaign pk_kwd hsa_acc vero_id".split(
      " ",
    ),
    ..."s_kwcid ref ref_src source si spm _branch_match_id __proto__ gad_source wickedid cmpid".split(
      " ",
    ),
  ])("takes no notice of %s, which somebody else hung onto the link", (name) => {
    const own = "recipe=notebook&inputSize=48";
    const { problems, values, recipeId } = decodeLink(`?${name}=a&${own}&${name}=b%20c`);
    expect([problems, recipeId, values.inputSize]).toEqual([[], "notebook", 48]);
    expect(isForeignParameter(name)).toBe(true);
  });

  test.each([
    ["middlerepeats", "middleRepeats"],
    ["middle_repeats", "middleRepeats"],
    ["learning-rate", "learningRate"],
    ["lerningRate", "learningRate"],
    ["Recipe", "recipe"],
    ["batchsizes", "batchSize"],
  ])("says of %s that %s was meant", (name, meant) => {
    const { problems } = decodeLink(`?${name}=2`);
    expect(problems).toMatchObject([{ parameter: name, reason: expect.stringContaining(meant) }]);
  });

  test("knows every setting by its own name, with other capitals, and with a hyphen in it", () => {
    for (const key of SETTING_KEYS) {
      expect(isForeignParameter(key), key).toBe(false);
      expect(isForeignParameter(key.toUpperCase()), key).toBe(false);
      expect(isForeignParameter(key.replace(/[A-Z]/, (letter) => `-${letter}`)), key).toBe(false);
    }
  });

  test("reads links with escaped ampersands, and the same value twice", () => {
    const { problems, values } = decodeLink("?recipe=notebook&amp;inputSize=48&inputSize=48");
    expect([problems, values.inputSize]).toEqual([[], 48]);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  FIELDS,
  type Field,
  formatSetting,
  parseSetting,
  SETTING_KEYS,
} from "../../settings/fields.ts";
import { RECIPES, recipeById } from "../../settings/recipes/registry.ts";
import type { SettingKey, Settings } from "../../settings/settings.ts";
import { DIALOG_IDS, TAB_IDS } from "../page/viewState.ts";
import { cleanName, decodeLink, encodeLink, type LinkContent } from "./link.ts";
import { fullName, isForeignParameter, shortName } from "./linkNames.ts";
import { LINKED_CONTROLS, NO_RESTRICTIONS } from "./restrictions.ts";
import { differingKeys } from "./settingsState.ts";

const ONE_MINUTE: Omit<LinkContent, "problems"> = {
  tab: "playground",
  dialog: null,
  recipeId: "one-minute",
  values: recipeById("one-minute").settings,
  restrictions: NO_RESTRICTIONS,
};
const NOTEBOOK = { ...ONE_MINUTE, recipeId: "notebook", values: recipeById("notebook").settings };

describe("encodeLink", () => {
  test("is empty for the default recipe as it is", () => {
    expect(encodeLink(ONE_MINUTE)).toBe("");
  });

  test("names its version, the recipe and only the settings that differ from it", () => {
    const values = { ...ONE_MINUTE.values, middleRepeats: 3 };
    expect(encodeLink({ ...ONE_MINUTE, values })).toBe("?v2=one-minute&mr=3");
  });

  test("writes lists and switches as people would", () => {
    const values = { ...NOTEBOOK.values, residual: false, exitFilters: [8, 16, 24, 32] };
    expect(encodeLink({ ...NOTEBOOK, values })).toBe("?v2=notebook&res=off&ef=8,16,24,32");
  });

  test("gives back any name of a layer", () => {
    const values = { ...NOTEBOOK.values, cutLayer: "block 1/a+b&c=1e+21,#2%" };
    const link = encodeLink({ ...NOTEBOOK, values });
    expect(link).toBe("?v2=notebook&cl=block%201/a%2Bb%26c%3D1e%2B21,%232%25");
    expect(decodeLink(link).values.cutLayer).toBe(values.cutLayer);
  });

  test("writes what is locked and hidden, by whom, and what it opens", () => {
    const link = encodeLink({
      ...NOTEBOOK,
      tab: "race",
      dialog: "export",
      restrictions: { locked: ["recipe", "learningRate"], hidden: ["engine"], by: "Ms Öz & co" },
    });
    expect(link).toBe(
      "?v2=notebook&tab=race&lock=recipe,lr&hide=eng&by=Ms%20%C3%96z%20%26%20co&open=export",
    );
  });

  test("writes a star where all controls are locked", () => {
    const restrictions = { ...NO_RESTRICTIONS, locked: LINKED_CONTROLS };
    expect(encodeLink({ ...NOTEBOOK, restrictions })).toBe("?v2=notebook&lock=*");
  });

  test("stays under 120 characters for any five changes of the controls that are shown at first, in every recipe", () => {
    for (const { id, settings } of RECIPES) {
      const shown = SETTING_KEYS.filter((key) => FIELDS[key].advanced === undefined);
      const parts = shown.map((key) => ({ key, text: longestText(key, settings) }));
      parts.sort((a, b) => partLength(b) - partLength(a));
      const values = parts
        .slice(0, 5)
        .reduce((all, { key, text }) => ({ ...all, [key]: parseSetting(key, text) }), settings);
      const link = encodeLink({ ...NOTEBOOK, recipeId: id, values });
      expect(decodeLink(link).values).toEqual(values);
      expect(link.length, link).toBeLessThan(120);
    }
  });

  test("with five usual changes, the whole address stays under 120 characters", () => {
    const values = {
      ...NOTEBOOK.values,
      ...{ middleRepeats: 2, width: 0.5, learningRate: 0.001, batchSize: 32, epochs: 5 },
    };
    const link = encodeLink({ ...NOTEBOOK, values });
    expect(link).toBe("?v2=notebook&mr=2&wid=0.5&lr=0.001&bs=32&epo=5");
    expect(`https://somebody.example.org/xception-playground/${link}`.length).toBeLessThan(120);
  });
});

const partLength = ({ key, text }: { readonly key: SettingKey; readonly text: string }) =>
  shortName(key).length + text.length;

/** The longest text that a control offers: a choice, or a number on the grid with five digits at most. */
function longestText(key: SettingKey, current: Settings): string {
  const field: Field = FIELDS[key];
  switch (field.kind) {
    case "choice": {
      const others = field.options.filter(({ value }) => value !== current[key]);
      return others.map(({ value }) => value).sort((a, b) => b.length - a.length)[0] ?? "";
    }
    case "switch":
      return current[key] === true ? "off" : "on";
    case "integers":
      return "1000,1000,1000,1001";
    case "number":
      return field.integer ? String(Math.min(field.max, 54_321)) : "0.625";
  }
}

describe("the short names of settings", () => {
  test("are unique and no other name of a link", () => {
    const names = [...SETTING_KEYS.map(shortName), "recipe", "tab", "lock", "hide", "open", "by"];
    expect(new Set(names).size).toBe(names.length);
    for (const key of SETTING_KEYS) expect(fullName(shortName(key))).toBe(key);
  });

  test("stay as they are, because links that people keep contain them", () => {
    expect(SETTING_KEYS.map((key) => `${shortName(key)}:${key}`).join(" ")).toMatchSnapshot();
  });
});

describe("decodeLink", () => {
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
  const controls = fc.subarray([...LINKED_CONTROLS]);
  const restriction = fc.record({
    locked: controls,
    hidden: controls,
    by: fc.string({ maxLength: 40, unit: "binary" }).map(cleanName),
  });

  test("gives back what was encoded, for every tab, dialog, recipe, change and restriction", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TAB_IDS),
        fc.constantFrom(...DIALOG_IDS, null),
        fc.constantFrom(...RECIPES),
        change,
        restriction,
        (tab, dialog, { id: recipeId, settings }, changed, restrictions) => {
          const values = { ...settings, ...changed };
          const content = { tab, dialog, recipeId, values, restrictions };
          expect(decodeLink(encodeLink(content))).toEqual({ ...content, problems: [] });
        },
      ),
    );
  });

  test("reads every link of version 1, which had full names and no number", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TAB_IDS),
        fc.constantFrom(...RECIPES),
        change,
        (tab, recipe, changed) => {
          const values = { ...recipe.settings, ...changed };
          const parts = differingKeys(recipe.settings, values).map((key) => [
            key,
            formatSetting(key, values[key]),
          ]);
          const query = new URLSearchParams([["tab", tab], ["recipe", recipe.id], ...parts]);
          const { problems, ...content } = decodeLink(`?${query}`);
          expect(problems).toEqual([]);
          expect(content).toEqual({ ...NOTEBOOK, tab, recipeId: recipe.id, values });
        },
      ),
    );
  });

  test("reads short names only in links that say their version", () => {
    expect(decodeLink("?v2=notebook&lr=0.5").values.learningRate).toBe(0.5);
    const { values, problems } = decodeLink("?recipe=notebook&lr=0.5");
    expect(values).toEqual(NOTEBOOK.values);
    expect(problems).toMatchObject([{ parameter: "lr", text: "0.5" }]);
  });

  test("reads full names in every version, and reports one setting under both names", () => {
    const { values, problems } = decodeLink("?v2=notebook&seed=7&learningRate=0.5&lr=0.25");
    expect(values).toEqual({ ...NOTEBOOK.values, seed: 7, learningRate: 0.5 });
    expect(problems).toMatchObject([{ parameter: "learningRate", text: "0.25" }]);
  });

  test("uses nothing of a link of a version that it does not know, and says so once", () => {
    const { problems, ...content } = decodeLink("?v3=notebook&lr=0.5&zz=1&lock=lr");
    expect(content).toEqual(ONE_MINUTE);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ parameter: "", reason: expect.stringContaining("newer") });
  });

  test("uses nothing of a link of 100 kB, and says so once", () => {
    const { problems, ...content } = decodeLink(`?v2=notebook&lr=${"1".repeat(100_000)}`);
    expect(content).toEqual(ONE_MINUTE);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.reason).toContain("at most 8000");
  });

  test("repeats no long text of a link", () => {
    const { problems } = decodeLink(`?v2=notebook&lr=${"7".repeat(3000)}&${"x".repeat(3000)}=1`);
    expect(problems).toHaveLength(2);
    for (const { parameter, text, reason } of problems)
      expect(parameter.length + text.length + reason.length).toBeLessThan(300);
  });

  test("reports controls, dialogs and names that cannot be", () => {
    const by = "x".repeat(41);
    const { restrictions, dialog, problems } = decodeLink(
      `?v2=notebook&lock=lr,colour,constructor&hide=engines&open=door&by=${by}`,
    );
    expect(restrictions).toEqual({ locked: ["learningRate"], hidden: [], by: "" });
    expect(dialog).toBeNull();
    expect(problems.map(({ parameter, text }) => [parameter, text])).toEqual([
      ["open", "door"],
      ["lock", "colour"],
      ["lock", "constructor"],
      ["hide", "engines"],
      ["by", by],
    ]);
    expect(problems[3]?.reason).toContain("perhaps engine was meant");
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

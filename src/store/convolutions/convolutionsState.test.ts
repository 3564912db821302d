import { describe, expect, it } from "vitest";
import { exampleById } from "../../network/convolutions/examples.ts";
import { LAB_DEFAULTS } from "../../network/convolutions/labSettings.ts";
import { decodeLink } from "../settings/link.ts";
import {
  initialLab,
  labFromSearch,
  labProblem,
  searchWithLab,
  shownExample,
  withConvolution,
  withLabText,
} from "./convolutionsState.ts";

const FIVE_GROUPS = exampleById("groups-5")?.layers[0] ?? LAB_DEFAULTS;

describe("the laboratory's state", () => {
  it("keeps a text that is no value, says why, and leaves the counts as they were", () => {
    const before = initialLab();
    const state = withLabText(before, "filters", "many");
    expect(state.values).toBe(before.values);
    expect(state.drafts.filters?.text).toBe("many");
    expect(labProblem(state, "filters")).toBe(
      'The value does not fit; expected a whole number from 1 to 4096, got "many". Correct it, or choose an example.',
    );
    expect(labProblem(withLabText(state, "filters", "64"), "filters")).toBeUndefined();
  });

  it("keeps a kind's last good counts where the settings together are impossible", () => {
    const before = withLabText(initialLab(), "channels", "24");
    const state = withLabText(before, "groups", "7");
    expect(state.comparison.grouped.ok).toBe(false);
    expect(state.lastGood.grouped).toBe(before.lastGood.grouped);
    expect(labProblem(state, "groups")).toMatch(/^Groups must divide .* got 7/);
    expect(state.comparison.ordinary.ok).toBe(true);
  });

  it("keeps the table's last rows when its range is empty", () => {
    const before = initialLab();
    const state = withLabText(before, "tableTo", "8");
    expect(state.ratioRows).toEqual(before.ratioRows);
    expect(labProblem(state, "tableTo")).toMatch(/expected at least 32, got 8/);
  });

  it("keeps towers that share the channels evenly", () => {
    expect(withLabText(initialLab(), "moduleChannels", "10").values.towers).toBe(2);
  });

  it("takes another convolution, with the texts that were wrong put away, and knows whose example it is", () => {
    const state = withConvolution(withLabText(initialLab(), "filters", "x"), FIVE_GROUPS);
    expect(state.values).toMatchObject({ channels: 25, filters: 50, groups: 5 });
    expect(state.drafts).toEqual({});
    expect(shownExample(state)?.id).toBe("groups-5");
    expect(shownExample(withLabText(state, "stride", "3"))).toBeUndefined();
  });
});

describe("the laboratory in the address", () => {
  it("is what differs from the start, beside what belongs to others", () => {
    expect(searchWithLab("?tab=convolutions&c.filters=7", initialLab())).toBe("?tab=convolutions");
    const state = withLabText(withConvolution(initialLab(), FIVE_GROUPS), "towers", "8");
    const search = searchWithLab("?recipe=paper", state);
    expect(search).toContain("?recipe=paper&c.height=28");
    expect(labFromSearch(search)).toMatchObject({ values: state.values, linkProblems: [] });
  });

  it("holds a drawn kernel", () => {
    const state = {
      ...initialLab(),
      kernel: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    };
    const search = searchWithLab("", state);
    expect(search).toBe("?c.kernel=1,0,0,0,1,0,0,0,1");
    expect(labFromSearch(search).kernel).toEqual(state.kernel);
  });

  it("uses what fits and reports the rest", () => {
    const state = labFromSearch("?c.filters=64&c.stride=0&c.colour=red&c.kernel=1,2");
    expect(state.values).toEqual({ ...LAB_DEFAULTS, filters: 64 });
    expect(state.linkProblems.map(({ parameter }) => parameter)).toEqual([
      "c.stride",
      "c.colour",
      "c.kernel",
    ]);
  });

  it("is no problem for the page's own settings", () => {
    expect(decodeLink("?tab=convolutions&c.filters=64").problems).toEqual([]);
  });
});

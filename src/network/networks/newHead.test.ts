import { afterEach, describe, expect, test } from "vitest";
import { transfer } from "../../settings/recipes/transfer.ts";
import type { Settings } from "../../settings/settings.ts";
import { analyze } from "../analyze.ts";
import { openNetwork } from "./opened.ts";
import { openedNetworks } from "./openedNetworks.ts";
import { buildNetwork } from "./registry.ts";

const built = (changes: Partial<Settings>) => buildNetwork({ ...transfer.settings, ...changes });
const namesOf = (changes: Partial<Settings>) => built(changes).layers.map(({ name }) => name);
const lastShapes = (changes: Partial<Settings>) =>
  analyze(built(changes))
    .layers.slice(-3)
    .map(({ shape }) => shape);

afterEach(() => openedNetworks.clear());

describe("a network that is cut off", () => {
  test("keeps what leads to the layer, in its order, and gets a new head", () => {
    const whole = namesOf({});
    const at = whole.indexOf("block4_add");
    expect(namesOf({ cutLayer: "block4_add" })).toEqual([
      ...whole.slice(0, at + 1),
      "head_pool",
      "head_classes",
    ]);
  });

  test("loses a shortcut that the layer does not depend on", () => {
    const names = namesOf({ cutLayer: "block3_pool" });
    expect(names).toContain("block2_residual_bn");
    expect(names).not.toContain("block3_residual_conv");
    expect(names.slice(-3)).toEqual(["block3_pool", "head_pool", "head_classes"]);
  });

  test.each([
    ["average", 0, [[5, 5, 88], [88], [7]]],
    ["max", 0, [[1, 1, 88], [88], [7]]],
    ["flatten", 0, [[5, 5, 88], [2200], [7]]],
    ["flatten", 0.5, [[2200], [2200], [7]]],
  ] as const)("pools by %s with dropout %d", (headPooling, headDropout, shapes) => {
    const cut = { cutLayer: "block4_add", classes: 7, headPooling, headDropout };
    expect(lastShapes(cut)).toEqual(shapes);
  });

  test("is not pooled where the layer gives a vector", () => {
    expect(namesOf({ cutLayer: "avg_pool", headPooling: "max" }).slice(-2)).toEqual([
      "avg_pool",
      "head_classes",
    ]);
  });

  test("may be an opened model, even one without a head, cut in the same way", () => {
    const { layers } = built({ cutLayer: "block3_add" });
    const network = openNetwork("notop.h5", { name: "notop", layers: layers.slice(0, -2) });
    const cut = { network, cutLayer: "block2_add", classes: 3 };
    expect(namesOf(cut).slice(-3)).toEqual(["block2_add", "head_pool", "head_classes"]);
    expect(lastShapes(cut).at(-1)).toEqual([3]);
  });

  test("gives its head other names where the model has these already", () => {
    const network = openNetwork("cut.h5", built({ cutLayer: "block3_add" }));
    expect(namesOf({ network, cutLayer: "head_pool" }).slice(-2)).toEqual([
      "head_pool",
      "head_classes",
    ]);
    expect(namesOf({ network, cutLayer: "head_classes" }).at(-1)).toBe("head_classes_2");
  });

  test("is refused with the names that are most like one that does not exist", () => {
    expect(() => built({ cutLayer: "block4_ad" })).toThrow(
      "Cut after: xception has no layer of this name; expected a layer such as block4_add, got block4_ad. Take a name from the table of layers.",
    );
  });
});

import fc from "fast-check";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { analyze } from "../../network/analyze.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { buildXception } from "../../network/networks/xception.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { paperSettings } from "../../settings/recipes/paper.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import { type Box, layoutArchitecture } from "./layout.ts";
import { PictureFile } from "./PictureFile.tsx";
import { architectureParts, foldableIds } from "./parts.ts";

const paper = analyze(buildXception(paperSettings));
const mnist = analyze(buildNetwork(recipeById("mnist-convnet").settings));
const NONE: ReadonlySet<string> = new Set();

describe("the parts", () => {
  test("of the paper are its input, blocks and head, the equal middle blocks as one", () => {
    const { parts, edges, frames } = architectureParts(paper, NONE);
    expect(parts.map(({ title }) => title)).toEqual([
      "input",
      "block 1",
      "block 2",
      "block 3",
      "block 4",
      "blocks 5-12 (× 8)",
      "block 13",
      "block 14",
      "avg_pool",
      "predictions",
    ]);
    expect(edges).toHaveLength(9);
    expect(frames).toEqual([]);
  });

  test("unfolded step by step lead to every layer, each with what goes in and out", () => {
    const middle = foldableIds(paper).find((id) => id.endsWith("repeated")) ?? "";
    const blocks = architectureParts(paper, new Set([middle]));
    expect(blocks.parts.filter(({ folded }) => folded)).toHaveLength(14);
    expect(blocks.frames.map(({ parts }) => parts.length)).toEqual([8]);

    const all = architectureParts(paper, new Set(foldableIds(paper)));
    expect(all.parts.map(({ id }) => id).sort()).toEqual(
      paper.layers.map(({ layer }) => layer.name).sort(),
    );
    const edges = paper.layers.flatMap(({ layer }) =>
      layer.inputs.map((input) => `${input} ${layer.name}`),
    );
    expect(all.edges.map((edge) => edge.join(" ")).sort()).toEqual(edges.sort());
    expect(all.parts.find(({ id }) => id === "block2_add")).toMatchObject({
      words: "Add",
      inputShapes: [
        [74, 74, 128],
        [74, 74, 128],
      ],
      shape: [74, 74, 128],
    });
  });

  test("of a network without blocks are its layers", () => {
    expect(foldableIds(mnist)).toEqual([]);
    expect(architectureParts(mnist, NONE).parts.map(({ id }) => id)).toEqual(
      mnist.layers.map(({ layer }) => layer.name),
    );
  });
});

describe("the layout", () => {
  const overlap = (a: Box, b: Box) =>
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

  test("keeps parts apart and inside the picture, whatever is unfolded", () => {
    const small = analyze(buildXception({ ...oneMinute.settings, middleRepeats: 2 }));
    const ids = foldableIds(small);
    fc.assert(
      fc.property(fc.subarray([...ids]), (open) => {
        const { parts, frames, width, height } = layoutArchitecture(
          architectureParts(small, new Set(open)),
        );
        for (const [index, box] of parts.entries()) {
          expect(parts.slice(index + 1).filter((other) => overlap(box, other))).toEqual([]);
        }
        for (const box of [...parts, ...frames]) {
          expect(box.x).toBeGreaterThanOrEqual(0);
          expect(box.y).toBeGreaterThanOrEqual(0);
          expect(box.x + box.width).toBeLessThanOrEqual(width);
          expect(box.y + box.height).toBeLessThanOrEqual(height);
        }
        for (const { frame, ...box } of frames) {
          const strangers = parts.filter(({ part }) => !frame.parts.includes(part.id));
          expect(strangers.filter((other) => overlap(box, other))).toEqual([]);
        }
      }),
      { numRuns: 12 },
    );
  });
});

test("the file has everything inside: no class, no variable, nothing to press, every layer by its name", () => {
  const layout = layoutArchitecture(architectureParts(paper, new Set(foldableIds(paper))));
  const text = renderToStaticMarkup(<PictureFile title="The paper" layout={layout} />);
  expect(text).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+"/);
  expect(text).not.toMatch(/class=|var\(|role=|tabindex/i);
  for (const { layer } of paper.layers) expect(text).toContain(`>${layer.name}</text>`);
  expect(text).toContain(">out 149×149×32</text>");
});

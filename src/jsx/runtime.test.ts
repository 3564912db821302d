import fc from "fast-check";
import { isValidElement, type ReactElement, type ReactNode } from "react";
import { jsx as plainJsx, jsxs as plainJsxs } from "react/jsx-runtime";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { Fragment, jsx, jsxDEV, jsxs } from "./runtime.ts";

type Make = (
  type: "p" | "b" | "text" | typeof Fragment,
  children: readonly ReactNode[],
) => ReactElement;

const ours: Make = (type, children) => jsxs(type, { children });
const plain: Make = (type, children) => plainJsxs(type, { children });

/** The same tree, made in either way: elements, texts, numbers, what is not shown, fragments and lists among them. */
const trees = fc.letrec<{ tree: (make: Make) => ReactNode; element: (make: Make) => ReactElement }>(
  (tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom("a", " b ", "", 0, 7, null, undefined, false).map((leaf) => () => leaf),
      tie("element"),
    ),
    element: fc
      .tuple(
        fc.constantFrom<Parameters<Make>[0][]>("p", "b", "text", Fragment),
        fc.array(tie("tree"), { maxLength: 5 }),
        fc.boolean(),
      )
      .map(([type, parts, isList]) => (make: Make) => {
        const children = parts.map((part) => part(make));
        return make(type, isList ? ["before", children.filter(isText), null] : children);
      }),
  }),
);

/** Whether some element holds a text and something else, or a fragment a text. */
function hasBareText(node: ReactNode): boolean {
  if (Array.isArray(node)) return node.some((entry) => isText(entry) || hasBareText(entry));
  if (!isValidElement<{ children?: ReactNode }>(node)) return false;
  const { children } = node.props;
  return isText(children) ? node.type === Fragment : hasBareText(children);
}

function renderedChildren(node: ReactElement): readonly ReactNode[] {
  const { children } = node.props as { readonly children?: ReactNode };
  return Array.isArray(children) ? children : [children];
}

const isText = (node: ReactNode) => typeof node === "string" || typeof node === "number";
const wordsOf = (node: ReactNode) => renderToStaticMarkup(node).replaceAll(/<[^>]*>/g, "");

describe("made by this runtime", () => {
  test("any tree holds every text alone in an element, and says the same as React's own", () => {
    fc.assert(
      fc.property(trees.element, (build) => {
        expect(hasBareText(build(ours))).toBe(false);
        expect(wordsOf(build(ours))).toBe(wordsOf(build(plain)));
      }),
    );
  });

  test("neighbours keep their places while a text comes and goes, so that they keep their state", () => {
    const placeOfB = (text: ReactNode) =>
      renderedChildren(ours("p", [text, " more", plainJsx("b", {})])).findIndex(
        (child) => isValidElement(child) && child.type === "b",
      );
    for (const text of [false, "some", 0]) expect(placeOfB(text)).toBe(2);
  });

  test("an element without text beside others is React's own, and text in a drawing gets a tspan", () => {
    expect(renderToStaticMarkup(jsx("p", { children: "alone" }))).toBe("<p>alone</p>");
    expect(renderToStaticMarkup(jsxs("p", { children: ["step ", 3, false] }))).toBe(
      "<p>step 3</p>",
    );
    expect(
      renderToStaticMarkup(jsxDEV("p", { children: ["a", jsx("i", {})] }, undefined, true)),
    ).toBe("<p><span>a</span><i></i></p>");
    expect(renderToStaticMarkup(jsxs("text", { children: ["a", jsx("tspan", {})] }))).toBe(
      "<text><tspan>a</tspan><tspan></tspan></text>",
    );
  });
});

/**
 * Creates elements as React does, except that text never has siblings in its element. A text with siblings gets its own
 * element, and adjacent texts are joined to one. React then owns no text nodes: it sets an element's whole text, and it removes
 * elements only. Browser translation and extensions replace and wrap text nodes, which otherwise makes React throw at the next
 * update (ADR 39). The compiler calls this for every tag (`jsxImportSource` in tsconfig.app.json and vite.config.ts); no file
 * imports it by hand.
 */
import { type ElementType, Fragment, type Key, type ReactElement } from "react";
import { jsx as make, jsxs as makeOfList } from "react/jsx-runtime";

export type { JSX } from "react";
export { Fragment };

type Props = Readonly<Record<string, unknown>>;

export function jsx(type: ElementType, props: Props, key?: Key): ReactElement {
  return make(type, withTextApart(type, props), key);
}

/** For elements with several static children. */
export function jsxs(type: ElementType, props: Props, key?: Key): ReactElement {
  const apart = withTextApart(type, props);
  return (Array.isArray(apart.children) ? makeOfList : make)(type, apart, key);
}

/** The compiler of the development server calls this one. */
export function jsxDEV(
  type: ElementType,
  props: Props,
  key: Key | undefined,
  isList: boolean,
): ReactElement {
  return (isList ? jsxs : jsx)(type, props, key);
}

function withTextApart(type: ElementType, props: Props): Props {
  const { children } = props;
  const apart = Array.isArray(children)
    ? listApart(children, type)
    : // A fragment has no element that could hold its text.
      type === Fragment && isText(children)
      ? inElement(String(children), type)
      : children;
  return apart === children ? props : { ...props, children: apart };
}

/** Each entry keeps its index, so that React recognises all siblings when a text appears or disappears. */
function listApart(list: readonly unknown[], type: ElementType): unknown {
  if (!list.some((entry) => isText(entry) || Array.isArray(entry))) return list;
  const isAlone = type !== Fragment && list.every((entry) => isText(entry) || isNothing(entry));
  if (isAlone) return list.filter(isText).join("");
  return list.map((entry, index) => {
    // A nested list has siblings, like the children of a fragment.
    if (Array.isArray(entry)) return listApart(entry, Fragment);
    if (!isText(entry)) return entry;
    return isText(list[index - 1]) ? null : inElement(runFrom(list, index), type, index);
  });
}

/** Joins the text at an index with the texts that follow it. */
function runFrom(list: readonly unknown[], index: number): string {
  const end = list.findIndex((entry, at) => at > index && !isText(entry));
  return list.slice(index, end < 0 ? list.length : end).join("");
}

function inElement(text: string, within: ElementType, key?: Key): ReactElement {
  const isSvg = within === "text" || within === "tspan";
  return make(isSvg ? "tspan" : "span", { children: text }, key);
}

function isText(node: unknown): node is string | number | bigint {
  return typeof node === "string" || typeof node === "number" || typeof node === "bigint";
}

function isNothing(node: unknown): boolean {
  return node === null || node === undefined || typeof node === "boolean";
}

/**
 * How elements are made: React's own way, but that text never stands beside anything else in an element. A text that has
 * neighbours gets an element of its own; texts that have only each other become one. React then holds no text node: it
 * sets an element's whole text, and removes elements only. Translators and extensions replace text nodes and wrap them,
 * after which React would throw at the next change (docs/adr/0039). The compiler calls this for every tag
 * (`jsxImportSource` in tsconfig.app.json and vite.config.ts); nobody imports it by hand.
 */
import { type ElementType, Fragment, type Key, type ReactElement } from "react";
import { jsx as make, jsxs as makeOfList } from "react/jsx-runtime";

export type { JSX } from "react";
export { Fragment };

type Props = Readonly<Record<string, unknown>>;

export function jsx(type: ElementType, props: Props, key?: Key): ReactElement {
  return make(type, withTextApart(type, props), key);
}

/** With several children, written one after the other. */
export function jsxs(type: ElementType, props: Props, key?: Key): ReactElement {
  const apart = withTextApart(type, props);
  return (Array.isArray(apart.children) ? makeOfList : make)(type, apart, key);
}

/** What the development server's compiler calls. */
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

/** Each entry keeps its place, so that React knows every neighbour again when a text comes or goes. */
function listApart(list: readonly unknown[], type: ElementType): unknown {
  if (!list.some((entry) => isText(entry) || Array.isArray(entry))) return list;
  const isAlone = type !== Fragment && list.every((entry) => isText(entry) || isNothing(entry));
  if (isAlone) return list.filter(isText).join("");
  return list.map((entry, index) => {
    // A list within the list stands among other things, as a fragment's does.
    if (Array.isArray(entry)) return listApart(entry, Fragment);
    if (!isText(entry)) return entry;
    return isText(list[index - 1]) ? null : inElement(runFrom(list, index), type, index);
  });
}

/** The text at a place together with those that follow it. */
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

/**
 * The address of the page: reads what a link asks for and writes the current tab and settings. It loads when a link is opened
 * or the first setting changes.
 */
import { decodeLink, encodeLink, type LinkContent } from "../settings/link.ts";
import { isForeignParameter, isTabParameter, OPEN } from "../settings/linkNames.ts";
import type { Playground, PlaygroundState } from "../store.ts";

/** Does what a link says. @param search the query of the page's address. */
export function readAddress({ store, actions }: Playground, page: Window, search: string): void {
  actions.openLink(decodeLink(search));
  // Removes tracking parameters, so that a copied address does not pass them on, and the dialog, which opens once.
  const names = [...new URLSearchParams(search).keys()];
  if (names.some((name) => name === OPEN || isForeignParameter(name)))
    writeAddress(store.getState(), page);
}

export function writeAddress({ settings, view }: PlaygroundState, page: Window): void {
  const address = addressOf({ ...settings, tab: view.tab, dialog: null }, page);
  if (address !== page.location.href) page.history.replaceState(page.history.state, "", address);
}

/** Returns the whole address of a link. Of the other parameters of the page's address only the tabs' own are kept. */
export function addressOf(content: Omit<LinkContent, "problems">, page: Window): string {
  const own = encodeLink(content);
  const query = new URLSearchParams();
  for (const [key, text] of new URLSearchParams(page.location.search)) {
    if (isTabParameter(key)) query.append(key, text);
  }
  const others = query.toString().replaceAll("%2C", ",");
  const search = others === "" ? own : `${own === "" ? "?" : `${own}&`}${others}`;
  // Anchors of this page consist of letters; other fragments were added by others.
  const hash = /^#[a-z-]+$/.test(page.location.hash) ? page.location.hash : "";
  return `${page.location.origin}${page.location.pathname}${search}${hash}`;
}

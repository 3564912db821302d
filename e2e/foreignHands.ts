/**
 * Simulates what translation and extensions do to a page, and checks whether each element still shows the text that React set.
 */
import type { Page } from "@playwright/test";

/**
 * Translates the page from its start, and all later text. Every other text is moved into two elements, as some extensions do.
 * The others are removed and replaced by new text in two elements, as Google Translate does, which skips elements with
 * `translate="no"`.
 */
export async function translatePage(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let numTexts = 0;
    const translate = (text: Text): void => {
      const around = text.parentElement;
      if (around === null || around.localName === "font" || text.data.trim() === "") return;
      if (around.closest("script, style, svg, textarea") !== null) return;
      numTexts += 1;
      const isMoved = numTexts % 2 === 0;
      if (!isMoved && around.closest('[translate="no"]') !== null) return;
      const [outer, inner] = [document.createElement("font"), document.createElement("font")];
      text.replaceWith(outer);
      outer.append(inner);
      inner.append(isMoved ? text : text.data);
    };
    const translateAll = (): void => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found: Text[] = [];
      while (walker.nextNode())
        if (walker.currentNode instanceof Text) found.push(walker.currentNode);
      for (const text of found) translate(text);
    };
    document.addEventListener("DOMContentLoaded", () => {
      new MutationObserver(translateAll).observe(document.body, {
        childList: true,
        characterData: true,
        subtree: true,
      });
      translateAll();
    });
  });
}

/** Inserts foreign elements between those of the page, wraps some and removes others, by a seed. */
export async function meddle(page: Page, seed: number): Promise<void> {
  await page.evaluate((start) => {
    let state = start;
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    };
    for (const element of document.querySelectorAll("#root .root *:not(svg *)")) {
      const chance = random();
      const stranger = document.createElement("grammar-helper");
      if (chance < 0.1) element.before(stranger);
      else if (chance < 0.2) element.after(stranger);
      else if (chance < 0.6) {
        element.replaceWith(stranger);
        stranger.append(element);
      } else if (chance < 0.64 && element.closest("[aria-label='Run']") === null) element.remove();
    }
  }, seed);
}

/** The part of React's internal data of an element that is read here. */
interface Fiber {
  readonly tag: number;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly memoizedProps: { readonly children?: unknown } | null;
  readonly stateNode: unknown;
}

export interface TextFound {
  /** Texts that React holds as separate text nodes, which no other program may touch. */
  readonly bare: readonly string[];
  /** Elements whose text differs from what React set. */
  readonly stale: readonly string[];
}

/** Reads React's tree of the page, its dialogs and popups. */
export async function textOf(page: Page): Promise<TextFound> {
  return page.evaluate(() => {
    const HOST_TEXT = 6;
    const [bare, stale]: [string[], string[]] = [[], []];
    const visit = (fiber: Fiber | null): void => {
      for (let at = fiber; at !== null; at = at.sibling) {
        if (at.tag === HOST_TEXT) bare.push(String(at.memoizedProps));
        const told = at.memoizedProps?.children;
        if (at.stateNode instanceof Element && typeof told === "string") {
          const said = at.stateNode.textContent;
          if (at.stateNode.isConnected && said !== told) stale.push(`${said} (told: ${told})`);
        }
        visit(at.child);
      }
    };
    const root = document.getElementById("root") ?? document.body;
    const key = Object.keys(root).find((name) => name.startsWith("__reactContainer"));
    const container = Object.getOwnPropertyDescriptor(root, key ?? "")?.value;
    visit(container.stateNode.current);
    return { bare, stale };
  });
}

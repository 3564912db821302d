/** Makes elements of the page. This folder uses no framework, because it is also part of the stand-alone page. */

type Properties = Readonly<Record<string, string | (() => void)>>;

/** @param properties attributes, and listeners under the names of their events: `onclick`. */
export function create<N extends keyof HTMLElementTagNameMap>(
  name: N,
  properties: Properties = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[N] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "string") element.setAttribute(key, value);
    else element.addEventListener(key.slice(2), value);
  }
  element.append(...children);
  return element;
}

export function createButton(text: string, onclick: () => void, look = ""): HTMLButtonElement {
  return create(
    "button",
    { type: "button", class: `button button-small ${look}`.trim(), onclick },
    text,
  );
}

/** Lists pictures that were given as files, each with its class and probability, or with the reason why it has none. */
import { placeAfterKey } from "../core/listKeys.ts";
import { formatCount } from "../core/units.ts";
import { create, createButton } from "./elements.ts";
import type { TakenPicture } from "./pictureSource.ts";
import { percent } from "./results.ts";

/** A class and its probability, or why there is none. */
export type ListedResult = { readonly name: string; readonly share: number } | Error;

export interface PictureList {
  readonly element: HTMLElement;
  /** Adds pictures at the end. The list is shown as soon as it has two. */
  add(pictures: readonly TakenPicture[]): void;
  show(picture: TakenPicture, result: ListedResult): void;
  /** All pictures wait for a result again. */
  forgetResults(): void;
  /** Marks the picture that is shown large; undefined for none. */
  mark(picture: TakenPicture | undefined): void;
  /** The pictures that have no result yet, in their order. */
  readonly waiting: readonly TakenPicture[];
  dispose(): void;
}

interface Row {
  readonly item: HTMLLIElement;
  readonly button: HTMLButtonElement;
  readonly words: HTMLElement;
  readonly share: HTMLElement;
  readonly address: string;
  result: ListedResult | undefined;
}

/**
 * The list is one stop for Tab: the arrow keys, Home and End go from picture to picture and show it.
 * @param onChoose called with the picture that a person wants to see.
 * @param onClear called when the list was emptied.
 */
export function createPictureList(
  onChoose: (picture: TakenPicture) => void,
  onClear: () => void,
): PictureList {
  const rows = new Map<TakenPicture, Row>();
  const list = create("ol", { class: "given-pictures", "aria-label": "Pictures" });
  const summary = create("p", { class: "given-summary", role: "status" });
  const clear = createButton("Clear the list", () => {
    empty();
    onClear();
  });

  function rowOf(picture: TakenPicture): Row {
    const address = URL.createObjectURL(picture.blob);
    const image = create("img", { alt: "", loading: "lazy", decoding: "async", src: address });
    image.addEventListener("error", () => image.replaceWith(create("i")));
    const words = create("span", { class: "given-class" });
    const share = create("span", { class: "given-share" });
    const name = create("span", { class: "given-name" }, picture.name);
    const choose = () => onChoose(picture);
    const button = create("button", { type: "button", onclick: choose }, image, name, words, share);
    const item = create("li", {}, button);
    const row: Row = { item, button, words, share, address, result: undefined };
    fill(row, undefined);
    return row;
  }

  function fill(row: Row, result: ListedResult | undefined): void {
    const isError = result instanceof Error;
    row.result = result;
    row.words.textContent = result === undefined ? "…" : isError ? "No result" : result.name;
    row.share.textContent = result === undefined || isError ? "" : percent(result.share);
    row.item.toggleAttribute("data-failed", isError);
    row.item.title = isError ? result.message : "";
  }

  function summarize(): void {
    const failed = [...rows].filter(([, { result }]) => result instanceof Error);
    const waiting = [...rows.values()].filter(({ result }) => result === undefined).length;
    const parts = [`${formatCount(rows.size)} pictures`];
    if (waiting > 0) parts.push(`${formatCount(waiting)} still to be computed`);
    if (failed.length > 0)
      parts.push(`without a result: ${failed.map(([{ name }]) => name).join(", ")}`);
    summary.textContent = `${parts.join("; ")}.`;
    element.hidden = rows.size < 2;
  }

  function empty(): void {
    for (const { address } of rows.values()) URL.revokeObjectURL(address);
    rows.clear();
    list.replaceChildren();
    summarize();
  }

  list.addEventListener("keydown", (event) => {
    const pictures = [...rows.keys()];
    const place = [...rows.values()].findIndex(({ button }) => button === document.activeElement);
    const next = placeAfterKey(event.key, place, pictures.length);
    const picture = next === undefined ? undefined : pictures[next];
    if (picture === undefined) return;
    event.preventDefault();
    rows.get(picture)?.button.focus();
    onChoose(picture);
  });

  const head = create("div", { class: "given-head" }, summary, clear);
  const element = create("section", { class: "given", "aria-label": "All pictures" }, head, list);
  summarize();
  return {
    element,
    add(pictures) {
      for (const picture of pictures) {
        const row = rowOf(picture);
        rows.set(picture, row);
        list.append(row.item);
      }
      summarize();
    },
    show(picture, result) {
      const row = rows.get(picture);
      if (row === undefined) return;
      fill(row, result);
      summarize();
    },
    forgetResults() {
      for (const row of rows.values()) fill(row, undefined);
      summarize();
    },
    mark(picture) {
      const marked = picture === undefined ? undefined : rows.get(picture);
      const stop = marked ?? [...rows.values()][0];
      for (const row of rows.values()) {
        row.button.tabIndex = row === stop ? 0 : -1;
        if (row === marked) row.button.setAttribute("aria-current", "true");
        else row.button.removeAttribute("aria-current");
      }
    },
    get waiting() {
      return [...rows].flatMap(([picture, { result }]) => (result === undefined ? [picture] : []));
    },
    dispose: empty,
  };
}

/** Shows the probabilities of the classes: the most probable one as a sentence, the first few as bars. */
import { formatPercent } from "../core/units.ts";
import { create, createButton } from "./elements.ts";

/** How many classes are shown until a person asks for all. */
const FEW = 10;

export interface Results {
  readonly element: HTMLElement;
  /**
   * @param probabilities one for each class; undefined when there are none.
   * @param why why there are none.
   */
  show(probabilities: Float32Array | undefined, why?: string): void;
}

export function createResults(names: readonly string[]): Results {
  const first = create("strong", { class: "result-class", role: "status" });
  const share = create("span", { class: "result-share" });
  const head = create("p", { class: "result-head" }, first, share);
  const rows = names.map(() => {
    const [name, bar, text] = [create("span"), create("i"), create("span")];
    name.className = "bar-name";
    text.className = "bar-share";
    const track = create("span", { class: "bar-track", "aria-hidden": "true" }, bar);
    return { name, bar, text, row: create("li", { class: "bar-row" }, name, track, text) };
  });
  const list = create("ol", { class: "bars", "aria-label": "Classes by probability" });
  list.append(...rows.map(({ row }) => row));
  let showsAll = names.length <= FEW;
  const more = createButton(`All ${names.length} classes`, () => {
    showsAll = !showsAll;
    limit();
  });
  more.hidden = showsAll;

  function limit(): void {
    rows.forEach(({ row }, rank) => {
      row.hidden = !showsAll && rank >= FEW;
    });
    more.textContent = showsAll ? "Fewer classes" : `All ${names.length} classes`;
    more.setAttribute("aria-expanded", String(showsAll));
  }

  function show(probabilities: Float32Array | undefined, why = "No picture yet"): void {
    const order = names
      .map((name, place) => ({ name, probability: probabilities?.[place] }))
      .sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0));
    element.toggleAttribute("data-empty", probabilities === undefined);
    order.forEach(({ name, probability }, rank) => {
      const row = rows[rank];
      if (row === undefined) return;
      row.name.textContent = name;
      row.text.textContent = probability === undefined ? "–" : percent(probability);
      row.text.title = probability === undefined ? "" : String(probability);
      row.bar.style.width = `${100 * Math.min(1, Math.max(0, probability ?? 0))}%`;
    });
    const best = order[0];
    const words = probabilities === undefined ? why : (best?.name ?? "");
    // A screen reader says it again whenever it is written, so it is written only when it changes.
    if (first.textContent !== words) first.textContent = words;
    share.textContent = best?.probability === undefined ? "" : percent(best.probability);
  }

  const element = create("div", { class: "results" }, head, list, more);
  limit();
  show(undefined);
  return { element, show };
}

export function percent(share: number): string {
  return share > 0 && share < 0.0005 ? "< 0.1 %" : formatPercent(share);
}

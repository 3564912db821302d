/**
 * Changes the Vega-Lite specification that tfjs-vis writes, in the few places where the page's charts must look different.
 * tfjs-vis accepts neither axis styles nor text colours nor legend options. So a "dress", a function that changes the
 * specification, is attached to the element that tfjs-vis draws into, and `pageEmbed.ts` applies it.
 */
import type { Result, VisualizationSpec } from "vega-embed";
import { PlaygroundError } from "../core/errors.ts";
import type { ChartPalette } from "./chartPalette.ts";
import { endView } from "./vegaView.ts";

/** A layer of a specification, as loosely typed JSON. */
export type LayerSpec = Readonly<Record<string, unknown>>;

/** The changes to a specification. Absent fields stay as tfjs-vis wrote them. */
export interface SpecChanges {
  readonly config: object;
  readonly layer: readonly LayerSpec[];
  readonly padding?: object;
  readonly encoding?: object;
  readonly resolve?: object;
}

export interface ChartDress {
  /** Returns the changes for a specification with these layers. It must not modify its argument. */
  readonly change: (layers: readonly LayerSpec[]) => SpecChanges;
  /** The chart now in the element, and the form it was drawn from; `pageEmbed.ts` maintains this. */
  worn: { readonly form: string; readonly result: Result } | undefined;
}

/**
 * A registered symbol, because the development server bundles tfjs-vis (and with it `pageEmbed.ts`) separately from the page.
 * The two sides may then have two copies of this module.
 */
export const dressKey: unique symbol = Symbol.for("xception-playground.chart-dress");

declare global {
  interface HTMLElement {
    [dressKey]?: ChartDress;
  }
}

/** Attaches a dress to an element before tfjs-vis draws into it, and disposes the chart that was there. */
export function layDress(element: HTMLElement, change: ChartDress["change"]): void {
  const worn = element[dressKey]?.worn;
  element[dressKey] = { change, worn };
}

/**
 * Returns the Vega view in the element.
 * @throws PlaygroundError `internal` when there is none.
 */
export function wornView(element: HTMLElement): Result["view"] {
  const view = element[dressKey]?.worn?.result.view;
  if (view === undefined) {
    throw new PlaygroundError({
      code: "internal",
      where: "Charts",
      rule: "tfjs-vis draws through src/charts/pageEmbed.ts",
      got: "its own vega-embed",
      remedy: "Keep the plugin of scripts/dressCharts.ts in vite.config.ts.",
    });
  }
  return view;
}

/** Empties the element and disposes its Vega view. */
export function undress(element: HTMLElement): void {
  const worn = element[dressKey]?.worn;
  if (worn !== undefined) endView(worn.result);
  delete element[dressKey];
  element.replaceChildren();
}

/**
 * Returns the layers that tfjs-vis wrote; its heat map is a single one.
 * @throws PlaygroundError `internal` when it wrote something else.
 */
export function layersOf(spec: VisualizationSpec | string): readonly LayerSpec[] {
  if (typeof spec !== "string" && "layer" in spec && Array.isArray(spec.layer))
    return spec.layer.map((layer) => ({ ...layer }));
  if (typeof spec !== "string" && "mark" in spec && "encoding" in spec)
    return [{ mark: spec.mark, encoding: spec.encoding }];
  throw new PlaygroundError({
    code: "internal",
    where: "Charts",
    rule: "tfjs-vis describes its charts as Vega-Lite layers",
    got: "another form",
    remedy: "Compare this release of tfjs-vis with src/charts/chartDress.ts.",
  });
}

/** Settings that all charts share: plain axes, no frame, the page's typeface and colours. */
export function sharedConfig(palette: ChartPalette, fontSize: number): object {
  return {
    background: null,
    font: palette.fontFamily,
    aria: false,
    view: { stroke: null },
    axis: {
      domain: false,
      ticks: false,
      gridColor: palette.line,
      labelColor: palette.soft,
      labelFontSize: fontSize,
      labelPadding: 6,
      titleColor: palette.faint,
      titleFontSize: fontSize,
      titleFontWeight: "normal",
    },
  };
}

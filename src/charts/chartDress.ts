/**
 * What a chart of ours asks of the Vega-Lite specification that tfjs-vis writes: the few places in which it
 * has to change to look at home in the page. tfjs-vis passes on neither axis styles nor colours of text nor
 * the legend, so a dress is laid on the element it draws into, and `pageEmbed.ts` puts it on.
 */
import type { Result, VisualizationSpec } from "vega-embed";
import { PlaygroundError } from "../core/errors.ts";
import type { ChartPalette } from "./chartPalette.ts";
import { endView } from "./vegaView.ts";

/** A layer of a specification, as loosely as JSON. */
export type LayerSpec = Readonly<Record<string, unknown>>;

/** The changes to a specification; what is absent stays as tfjs-vis wrote it. */
export interface SpecChanges {
  readonly config: object;
  readonly layer: readonly LayerSpec[];
  readonly padding?: object;
  readonly encoding?: object;
  readonly resolve?: object;
}

export interface ChartDress {
  /** Changes for the specification with these layers. Must not alter what it is given. */
  readonly change: (layers: readonly LayerSpec[]) => SpecChanges;
  /** What stands in the element now, and the form it was drawn from; kept by `pageEmbed.ts`. */
  worn: { readonly form: string; readonly result: Result } | undefined;
}

/**
 * Registered by name: the development server bundles tfjs-vis (and with it `pageEmbed.ts`) apart from
 * the page, so the two sides may see two copies of this module.
 */
export const dressKey: unique symbol = Symbol.for("xception-playground.chart-dress");

declare global {
  interface HTMLElement {
    [dressKey]?: ChartDress;
  }
}

/** Lays a dress on an element before tfjs-vis draws into it; what was drawn there is let go. */
export function layDress(element: HTMLElement, change: ChartDress["change"]): void {
  const worn = element[dressKey]?.worn;
  element[dressKey] = { change, worn };
}

/** The Vega view that stands in the element. @throws PlaygroundError `internal` when none does. */
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

/** Empties the element and ends the Vega view in it. */
export function undress(element: HTMLElement): void {
  const worn = element[dressKey]?.worn;
  if (worn !== undefined) endView(worn.result);
  delete element[dressKey];
  element.replaceChildren();
}

/** The layers that tfjs-vis wrote. @throws PlaygroundError `internal` when it wrote something else. */
export function layersOf(spec: VisualizationSpec | string): readonly LayerSpec[] {
  if (typeof spec === "string" || !("layer" in spec) || !Array.isArray(spec.layer)) {
    throw new PlaygroundError({
      code: "internal",
      where: "Charts",
      rule: "tfjs-vis describes its charts as Vega-Lite layers",
      got: "another form",
      remedy: "Compare this release of tfjs-vis with src/charts/chartDress.ts.",
    });
  }
  return spec.layer.map((layer) => ({ ...layer }));
}

/** What every chart shares: quiet axes, no frame, the page's typeface and colours. */
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

/**
 * Stands in for `vega-embed` where tfjs-vis imports it (`scripts/dressCharts.ts` sees to that): puts the
 * page's dress on each specification, then hands it to the real one. Owns the life of the Vega views:
 * the same chart with new points keeps its view and takes the points (no flicker, a tenth of the time),
 * and a view that is replaced is finalised, which tfjs-vis itself never does.
 *
 * Vega's expressions are interpreted, not compiled: the page's policy can then forbid `eval`.
 */
import embed, { type EmbedOptions, type Result, type VisualizationSpec } from "vega-embed";
import { dressKey, layersOf } from "./chartDress.ts";
import { endView, ROWS, showRows, type ViewRow } from "./vegaView.ts";

async function embedDressed(
  element: HTMLElement | string,
  spec: VisualizationSpec | string,
  options: EmbedOptions = {},
): Promise<Result> {
  const dress = typeof element === "string" ? undefined : element[dressKey];
  if (dress === undefined || typeof spec === "string") return embed(element, spec, options);

  const values = valuesOf(spec);
  const dressed: VisualizationSpec = Object.assign({}, spec, dress.change(layersOf(spec)), {
    data: { name: ROWS, values: [] },
  });
  const form = JSON.stringify(dressed);
  if (dress.worn?.form === form) {
    await showRows(dress.worn.result.view, values);
    return dress.worn.result;
  }
  if (dress.worn !== undefined) endView(dress.worn.result);
  dress.worn = undefined;
  const result = await embed(
    element,
    Object.assign({}, dressed, { data: { name: ROWS, values } }),
    { ...options, ast: true, tooltip: { disableDefaultStyle: true, theme: "page" } },
  );
  dress.worn = { form, result };
  return result;
}

function valuesOf(spec: VisualizationSpec): ViewRow[] {
  const { data } = spec;
  if (!data || !("values" in data) || !Array.isArray(data.values)) return [];
  return [...data.values].filter((value) => typeof value === "object");
}

/** A default export, because tfjs-vis imports vega-embed's. */
export { embedDressed as default };

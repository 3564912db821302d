/**
 * Replaces `vega-embed` where tfjs-vis imports it; `scripts/dressCharts.ts` redirects the import. It applies the page's dress
 * to each specification and passes it to the real `vega-embed`. It also manages the Vega views. The same chart with new points
 * keeps its view and only gets the new points, which avoids flicker and takes a tenth of the time. A replaced view is
 * finalised, which tfjs-vis itself never does.
 *
 * Vega's expressions are interpreted, not compiled, so that the page's content security policy can forbid `eval`.
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
  // The dress has layers, and a specification with layers has no mark of its own.
  Reflect.deleteProperty(dressed, "mark");
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

/** This is a default export, because tfjs-vis imports vega-embed's default. */
export { embedDressed as default };

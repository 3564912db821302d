/**
 * A Vite plugin: where tfjs-vis imports `vega-embed`, it gets `src/charts/pageEmbed.ts`, which dresses the
 * charts in the page's colours. Everybody else, that file included, gets vega-embed itself.
 *
 * In `vite.config.ts` it belongs into `plugins` and, for the development server, which bundles packages
 * beforehand without them, into `optimizeDeps.rolldownOptions.plugins`.
 */
import { fileURLToPath } from "node:url";

export interface DressChartsPlugin {
  readonly name: string;
  readonly enforce: "pre";
  resolveId(source: string, importer: string | undefined): string | undefined;
}

export function dressCharts(): DressChartsPlugin {
  const pageEmbed = fileURLToPath(new URL("../src/charts/pageEmbed.ts", import.meta.url));
  return {
    name: "dress-charts",
    enforce: "pre",
    resolveId(source, importer) {
      const fromTfjsVis = importer?.replaceAll("\\", "/").includes("/@tensorflow/tfjs-vis/");
      return source === "vega-embed" && fromTfjsVis === true ? pageEmbed : undefined;
    },
  };
}

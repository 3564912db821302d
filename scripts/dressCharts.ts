/**
 * A Vite plugin: when tfjs-vis imports `vega-embed`, it gets `src/charts/pageEmbed.ts`, which gives the charts the page's
 * colours, and in place of `@tensorflow/tfjs-core` it gets `src/charts/noTensors.ts`. All other importers, including those
 * files, get the packages themselves.
 *
 * In `vite.config.ts` it must be in `plugins`. It must also be in `optimizeDeps.rolldownOptions.plugins` for the development
 * server, which pre-bundles packages without `plugins`.
 */
import { fileURLToPath } from "node:url";

export interface DressChartsPlugin {
  readonly name: string;
  readonly enforce: "pre";
  resolveId(source: string, importer: string | undefined): string | undefined;
}

export function dressCharts(): DressChartsPlugin {
  const replaced: Readonly<Record<string, string>> = {
    "vega-embed": fileURLToPath(new URL("../src/charts/pageEmbed.ts", import.meta.url)),
    "@tensorflow/tfjs-core": fileURLToPath(new URL("../src/charts/noTensors.ts", import.meta.url)),
  };
  return {
    name: "dress-charts",
    enforce: "pre",
    resolveId(source, importer) {
      const fromTfjsVis = importer?.replaceAll("\\", "/").includes("/@tensorflow/tfjs-vis/");
      return fromTfjsVis === true ? replaced[source] : undefined;
    },
  };
}

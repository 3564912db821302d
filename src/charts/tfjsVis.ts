/**
 * The only file that imports tfjs-vis. Its renderers are loaded separately from its modules when the first chart is drawn,
 * because its main module would also load tfjs-core, which no chart here needs.
 */
import { network } from "../core/network.ts";

export async function loadLineChart() {
  const { linechart } = await network.untilThere(
    "The charts",
    () => import("@tensorflow/tfjs-vis/dist/render/linechart.js"),
  );
  return linechart;
}

export async function loadConfusionMatrix() {
  const { confusionMatrix } = await network.untilThere(
    "The charts",
    () => import("@tensorflow/tfjs-vis/dist/render/confusion_matrix.js"),
  );
  return confusionMatrix;
}

export async function loadHeatMap() {
  const { heatmap } = await network.untilThere(
    "The charts",
    () => import("@tensorflow/tfjs-vis/dist/render/heatmap.js"),
  );
  return heatmap;
}

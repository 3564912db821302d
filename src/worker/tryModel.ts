/** The entry of a worker that evaluates an opened model on test images, once for each preparation of their bytes. */
import { serializeError } from "../core/errors.ts";
import { installLoader } from "../core/loadPart.ts";
import { openNetwork } from "../network/networks/opened.ts";
import type { TrialAnswer, TrialOrder } from "../protocol/trials.ts";
import { openRunData } from "../train/data/openRunData.ts";
import { selectEngine } from "../train/engine/selectEngine.ts";
import { tryPreparations } from "../train/engine/tryPreparations.ts";

installLoader({});
self.onmessage = ({ data }: MessageEvent<TrialOrder>) => void answer(data);

async function answer({ graph, dataUrl, ownFiles, ...order }: TrialOrder): Promise<void> {
  try {
    openNetwork("", graph);
    const silent = { onProgress: () => {} };
    const trials = await tryPreparations({
      ...order,
      openData: (settings) => openRunData({ dataUrl, ownFiles }, settings, silent),
      selectEngine,
    });
    tell({ type: "tried", trials });
  } catch (error) {
    tell({ type: "failed", error: serializeError(error) });
  }
}

function tell(message: TrialAnswer): void {
  self.postMessage(message);
}

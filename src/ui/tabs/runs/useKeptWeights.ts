/** Reads what this browser keeps of the weights of a run. */
import { useEffect, useState } from "react";
import { type KeptWeights, keptWeightsOf } from "../../../store/runs/keptWeights.ts";

/** Returns undefined until it is known, and `null` when no weights are kept. */
export function useKeptWeights(runId: string): KeptWeights | null | undefined {
  const [found, setFound] = useState<KeptWeights | null>();
  useEffect(() => {
    let isShown = true;
    setFound(undefined);
    void keptWeightsOf(runId).then((kept) => isShown && setFound(kept));
    return () => {
      isShown = false;
    };
  }, [runId]);
  return found;
}

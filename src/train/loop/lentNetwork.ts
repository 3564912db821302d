/** A run's network, lent between two steps to make files from it. The borrower must not change it. */
import type { Inference, StateHolder, WeightSource } from "../../exec/executor.ts";
import type { Settings } from "../../settings/settings.ts";
import type { RunData } from "../data/runData.ts";
import type { BestWeights } from "./bestWeights.ts";
import type { NewestMeasured } from "./measured.ts";

export interface LentNetwork {
  /** The number of steps done. */
  readonly step: number;
  /** The settings as trained, from `asTrained`. */
  readonly settings: Settings;
  readonly data: RunData;
  /** Cannot predict when the run failed and only a copy of its weights is left. */
  readonly executor: WeightSource &
    Partial<Pick<Inference, "predict"> & Pick<StateHolder, "readState">>;
  readonly measured: NewestMeasured;
  /** `null` before the first validation. */
  readonly best: BestWeights | null;
}

/** A run's network as it is lent between two steps, for files made of it. The borrower changes nothing. */
import type { Executor } from "../../exec/executor.ts";
import type { Settings } from "../../settings/settings.ts";
import type { RunData } from "../data/runData.ts";
import type { BestWeights } from "./bestWeights.ts";
import type { NewestMeasured } from "./measured.ts";

export interface LentNetwork {
  /** Steps done. */
  readonly step: number;
  /** As trained. */
  readonly settings: Settings;
  readonly data: RunData;
  readonly executor: Pick<Executor, "readWeights" | "predict">;
  readonly measured: NewestMeasured;
  /** `null` before the first validation. */
  readonly best: BestWeights | null;
}

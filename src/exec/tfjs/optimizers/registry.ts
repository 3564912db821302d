/** Every optimiser by its setting. Adding one means one file and one line here. */
import type { OptimizerKind } from "../../../settings/settings.ts";
import { adadelta } from "./adadelta.ts";
import { adam } from "./adam.ts";
import { adamw } from "./adamw.ts";
import type { OptimizerRule } from "./optimizerRule.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

export const OPTIMIZERS: { readonly [K in OptimizerKind]: OptimizerRule } = {
  adam,
  adamw,
  sgd,
  rmsprop,
  adadelta,
};

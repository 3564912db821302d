/** Lists the formula of every optimiser, by the names of `settings/optimizers.ts`. */
import { adadelta } from "./adadelta.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import { adamax } from "./adamax.ts";
import { adamw } from "./adamw.ts";
import { lion } from "./lion.ts";
import { nadam } from "./nadam.ts";
import { nesterov } from "./nesterov.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

export const OPTIMIZERS = {
  adam,
  adamw,
  sgd,
  rmsprop,
  adadelta,
  adagrad,
  nadam,
  adamax,
  lion,
  nesterov,
};

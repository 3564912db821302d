/** Lists every optimiser with its formula and its name in the control. */
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

/** In the order of the control. */
export const OPTIMIZER_LABELS: Readonly<Record<keyof typeof OPTIMIZERS, string>> = {
  adam: "Adam",
  adamw: "AdamW",
  sgd: "SGD with momentum",
  rmsprop: "RMSprop",
  adadelta: "Adadelta",
  nesterov: "SGD with Nesterov momentum",
  lion: "Lion",
  adamax: "Adamax",
  nadam: "Nadam",
  adagrad: "Adagrad",
};

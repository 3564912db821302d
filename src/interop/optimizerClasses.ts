/** The names of the optimisers' classes: those of Keras, which the classes in exported programs for PyTorch have too. */
import type { OptimizerKind } from "../settings/optimizers.ts";

export const OPTIMIZER_CLASSES: Readonly<Record<OptimizerKind, string>> = {
  adam: "Adam",
  adamw: "AdamW",
  sgd: "SGD",
  nesterov: "SGD",
  rmsprop: "RMSprop",
  adadelta: "Adadelta",
  adagrad: "Adagrad",
  nadam: "Nadam",
  adamax: "Adamax",
  lion: "Lion",
};

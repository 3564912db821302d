/** Multiplies two tensors element by element. */
import type { Lower } from "../lowering.ts";
import { mapStep } from "../rows.ts";

export const multiply: Lower<"multiply"> = (step, lowering) =>
  mapStep(step, lowering, { value: "x_at(at, channel) * factor_at(at, channel)" });

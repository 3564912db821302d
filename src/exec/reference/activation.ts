import type { Kernel } from "./kernel.ts";

/** ELU with alpha 1 (Clevert et al. 2015), as in Keras. */
export const activationForward: Kernel<"activation"> = (
  { inputs, outputs, attributes: { activation } },
  memory,
) => {
  const x = memory.values(inputs.x);
  const y = memory.values(outputs.y);
  for (let at = 0; at < x.length; at += 1) {
    const value = x[at] as number;
    if (activation === "relu") y[at] = Math.max(0, value);
    else y[at] = value > 0 ? value : Math.expm1(value);
  }
};

export const activationGradient: Kernel<"activationGradient"> = (
  { inputs, outputs, attributes: { activation } },
  memory,
) => {
  const dy = memory.values(inputs.dy);
  const y = memory.values(inputs.y);
  const dx = memory.values(outputs.dx);
  for (let at = 0; at < dy.length; at += 1) {
    const value = y[at] as number;
    const slope = value > 0 ? 1 : activation === "relu" ? 0 : value + 1;
    dx[at] = (dy[at] as number) * slope;
  }
};

import { rowSides } from "../../core/shape.ts";
import { startWithBias } from "./bias.ts";
import type { Kernel } from "./kernel.ts";

export const denseForward: Kernel<"dense"> = ({ inputs, outputs }, memory) => {
  const x = memory.values(inputs.x);
  const kernel = memory.values(inputs.kernel);
  const y = memory.values(outputs.y);
  const [rows, features] = rowSides(memory.shape(inputs.x));
  const [, units] = rowSides(memory.shape(inputs.kernel));
  startWithBias(y, memory.shape(outputs.y), memory.optional(inputs.bias));
  for (let row = 0; row < rows; row += 1) {
    for (let feature = 0; feature < features; feature += 1) {
      const value = x[row * features + feature] as number;
      for (let unit = 0; unit < units; unit += 1) {
        const at = row * units + unit;
        y[at] = (y[at] as number) + value * (kernel[feature * units + unit] as number);
      }
    }
  }
};

/** `dx = dy kernel^T` */
export const denseInputGradient: Kernel<"denseInputGradient"> = ({ inputs, outputs }, memory) => {
  const dy = memory.values(inputs.dy);
  const kernel = memory.values(inputs.kernel);
  const dx = memory.values(outputs.dx);
  const [rows, features] = rowSides(memory.shape(outputs.dx));
  const [, units] = rowSides(memory.shape(inputs.kernel));
  for (let row = 0; row < rows; row += 1) {
    for (let feature = 0; feature < features; feature += 1) {
      let sum = 0;
      for (let unit = 0; unit < units; unit += 1)
        sum += (dy[row * units + unit] as number) * (kernel[feature * units + unit] as number);
      dx[row * features + feature] = sum;
    }
  }
};

/** `dkernel = x^T dy` */
export const denseKernelGradient: Kernel<"denseKernelGradient"> = ({ inputs, outputs }, memory) => {
  const x = memory.values(inputs.x);
  const dy = memory.values(inputs.dy);
  const dkernel = memory.values(outputs.dkernel).fill(0);
  const [rows, features] = rowSides(memory.shape(inputs.x));
  const [, units] = rowSides(memory.shape(inputs.dy));
  for (let row = 0; row < rows; row += 1) {
    for (let feature = 0; feature < features; feature += 1) {
      const value = x[row * features + feature] as number;
      for (let unit = 0; unit < units; unit += 1) {
        const at = feature * units + unit;
        dkernel[at] = (dkernel[at] as number) + value * (dy[row * units + unit] as number);
      }
    }
  }
};

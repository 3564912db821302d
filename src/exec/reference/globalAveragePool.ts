import { mapSides } from "../../core/shape.ts";
import type { Kernel } from "./kernel.ts";

export const globalAveragePoolForward: Kernel<"globalAveragePool"> = (
  { inputs, outputs },
  memory,
) => {
  const x = memory.values(inputs.x);
  const y = memory.values(outputs.y).fill(0);
  const [numImages, height, width, channels] = mapSides(memory.shape(inputs.x));
  const pixels = height * width;
  for (let pixel = 0; pixel < numImages * pixels; pixel += 1) {
    const image = Math.floor(pixel / pixels);
    for (let channel = 0; channel < channels; channel += 1) {
      const at = image * channels + channel;
      y[at] = (y[at] as number) + (x[pixel * channels + channel] as number) / pixels;
    }
  }
};

export const globalAveragePoolGradient: Kernel<"globalAveragePoolGradient"> = (
  { inputs, outputs },
  memory,
) => {
  const dy = memory.values(inputs.dy);
  const dx = memory.values(outputs.dx);
  const [numImages, height, width, channels] = mapSides(memory.shape(outputs.dx));
  const pixels = height * width;
  for (let pixel = 0; pixel < numImages * pixels; pixel += 1) {
    const image = Math.floor(pixel / pixels);
    for (let channel = 0; channel < channels; channel += 1)
      dx[pixel * channels + channel] = (dy[image * channels + channel] as number) / pixels;
  }
};

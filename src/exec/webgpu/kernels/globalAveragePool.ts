/** Averages each channel over height and width. Each thread handles some channels of one image. */
import { mapSides, sizeOf } from "../../../core/shape.ts";
import { stored } from "../dispatch.ts";
import { type Lower, widthOf } from "../lowering.ts";
import { dispatchOf } from "../shader.ts";

export const globalAveragePool: Lower<"globalAveragePool"> = ({ inputs, outputs }, lowering) => {
  const [numImages, height, wide, channels] = mapSides(lowering.shape(inputs.x));
  const width = widthOf(channels);
  return [
    dispatchOf({
      name: "globalAveragePool",
      width,
      reads: { x: { operand: lowering.operand(inputs.x) } },
      writes: { y: { tensor: lowering.tensor(outputs.y) } },
      numbers: { channels: channels / width, pixels: height * wide },
      body: `let c = i % p.channels;
        let first = (i / p.channels) * p.pixels;
        var sum = V(0);
        let own = x_channel(c);
        for (var pixel = 0u; pixel < p.pixels; pixel++) {
          sum += x_with((first + pixel) * p.channels + c, own);
        }
        y_set(i, sum / f32(p.pixels));`,
      threads: (numImages * channels) / width,
    }),
  ];
};

export const globalAveragePoolGradient: Lower<"globalAveragePoolGradient"> = (
  { inputs, outputs },
  lowering,
) => {
  const shape = lowering.shape(outputs.dx);
  const [, height, wide, channels] = mapSides(shape);
  const width = widthOf(channels);
  return [
    dispatchOf({
      name: "globalAveragePoolGradient",
      width,
      reads: { dy: stored(lowering.tensor(inputs.dy)) },
      writes: { dx: { tensor: lowering.tensor(outputs.dx) } },
      numbers: { channels: channels / width, pixels: height * wide },
      body: `let image = i / (p.channels * p.pixels);
        dx_set(i, dy_at(image * p.channels + i % p.channels, 0u) / f32(p.pixels));`,
      threads: sizeOf(shape) / width,
    }),
  ];
};

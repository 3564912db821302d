/** Pads a map with zeros, and removes the padding in the backward step. */
import { mapSides, type Shape, sizeOf } from "../../../core/shape.ts";
import { stored } from "../dispatch.ts";
import { type Lower, widthOf } from "../lowering.ts";
import { dispatchOf } from "../shader.ts";

export const zeroPad2d: Lower<"zeroPad2d"> = ({ inputs, outputs, attributes }, lowering) => {
  const [inner, outer] = [lowering.shape(inputs.x), lowering.shape(outputs.y)];
  const width = widthOf(mapSides(inner)[3]);
  return [
    dispatchOf({
      name: "zeroPad2d",
      width,
      reads: { x: stored(lowering.tensor(inputs.x)) },
      writes: { y: { tensor: lowering.tensor(outputs.y) } },
      numbers: sides(inner, outer, attributes.padding, width),
      body: `let c = i % p.channels;
        let column = (i / p.channels) % p.outerWidth;
        let row = (i / (p.channels * p.outerWidth)) % p.outerHeight;
        let image = i / (p.channels * p.outerWidth * p.outerHeight);
        // Left of the map and above it, the difference wraps to something large.
        let h = row - p.top;
        let w = column - p.left;
        var value = V(0);
        if (h < p.height && w < p.width) {
          value = x_at(((image * p.height + h) * p.width + w) * p.channels + c, 0u);
        }
        y_set(i, value);`,
      threads: sizeOf(outer) / width,
    }),
  ];
};

export const zeroPad2dGradient: Lower<"zeroPad2dGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) => {
  const [inner, outer] = [lowering.shape(outputs.dx), lowering.shape(inputs.dy)];
  const width = widthOf(mapSides(inner)[3]);
  return [
    dispatchOf({
      name: "zeroPad2dGradient",
      width,
      reads: { dy: stored(lowering.tensor(inputs.dy)) },
      writes: { dx: { tensor: lowering.tensor(outputs.dx) } },
      numbers: sides(inner, outer, attributes.padding, width),
      body: `let c = i % p.channels;
        let column = (i / p.channels) % p.width;
        let row = (i / (p.channels * p.width)) % p.height;
        let image = i / (p.channels * p.width * p.height);
        let place = (image * p.outerHeight + row + p.top) * p.outerWidth + column + p.left;
        dx_set(i, dy_at(place * p.channels + c, 0u));`,
      threads: sizeOf(inner) / width,
    }),
  ];
};

function sides(inner: Shape, outer: Shape, [top, left]: readonly [number, number], width: number) {
  const [, height, wide, channels] = mapSides(inner);
  const [, outerHeight, outerWidth] = mapSides(outer);
  return { height, width: wide, channels: channels / width, outerHeight, outerWidth, top, left };
}

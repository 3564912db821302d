/**
 * Ordinary convolution and its gradients as matrix products. A 1x1 window at stride 1 reads the map directly; every other
 * window gathers (im2col). Grouped convolutions, which Xception does not have, are computed value by value.
 */
import { mapSides, type Shape, sizeOf } from "../../../core/shape.ts";
import type { ConvolutionAttributes } from "../../../plan/operations.ts";
import { stored } from "../dispatch.ts";
import { type Lower, type LowerJoined, masked } from "../lowering.ts";
import { dispatchOf } from "../shader.ts";
import { forEachPixel, forEachPlace, windowNumbers } from "../window.ts";
import { columnProduct } from "./columnProduct.ts";
import { gatherBack, gatherWindow } from "./gather.ts";
import { rowProduct } from "./rowProduct.ts";
import { spreadPlaces } from "./spread.ts";

export const conv2d: Lower<"conv2d"> = ({ inputs, outputs, attributes }, lowering) => {
  const [x, y] = [lowering.shape(inputs.x), lowering.shape(outputs.y)];
  const [channels, filters] = [mapSides(x)[3], mapSides(y)[3]];
  const a = lowering.operand(inputs.x);
  const b = lowering.tensor(inputs.filter);
  const bias = lowering.optional(inputs.bias);
  const target = lowering.tensor(outputs.y);
  if (attributes.groups === 1)
    return [
      rowProduct(
        {
          ...read("conv2d", gatherWindow, attributes, x, y),
          m: sizeOf(y) / filters,
          n: filters,
          k: sizeOf(attributes.kernel) * channels,
          a,
          channels,
          b,
          bias,
          y: target,
        },
        lowering,
      ),
    ];
  return [
    dispatchOf({
      name: "conv2d, groups",
      reads: { x: { operand: a }, filter: stored(b), bias: bias && stored(bias) },
      writes: { y: { tensor: target } },
      numbers: groupNumbers(attributes, x, y),
      body: `let f = i % p.filters;
        let place = i / p.filters;
        let start = (f / p.filtersOfGroup) * p.channelsOfGroup;
        var sum = ${bias === undefined ? "0.0" : "bias_at(f, 0u)"};
        ${forEachPixel(`for (var own = 0u; own < p.channelsOfGroup; own++) {
          let value = x_at(pixel * p.channels + start + own, start + own);
          sum = fma(value, filter_at((tap * p.channelsOfGroup + own) * p.filters + f, 0u), sum);
        }`)}
        y_set(i, sum);`,
      threads: sizeOf(y),
    }),
  ];
};

export const conv2dInputGradient: LowerJoined<"conv2dInputGradient"> = (
  { inputs, outputs, attributes },
  lowering,
  { mask },
) => {
  const [x, y] = [lowering.shape(outputs.dx), lowering.shape(inputs.dy)];
  const [channels, filters] = [mapSides(x)[3], mapSides(y)[3]];
  const a = lowering.operand(inputs.dy);
  const b = lowering.tensor(inputs.filter);
  const target = mask?.dx ?? lowering.tensor(outputs.dx);
  if (attributes.groups === 1)
    return [
      rowProduct(
        {
          ...(isStridedPointwise(attributes)
            ? {
                name: "conv2dInputGradient, strided",
                m: sizeOf(y) / filters,
                spread: spreadPlaces(attributes, x, y),
              }
            : {
                ...read("conv2dInputGradient", gatherBack, attributes, x, y),
                m: sizeOf(x) / channels,
              }),
          n: channels,
          k: sizeOf(attributes.kernel) * filters,
          a,
          channels: filters,
          b,
          transposed: { depth: filters },
          mask,
          y: target,
        },
        lowering,
      ),
    ];
  return [
    dispatchOf({
      name: "conv2dInputGradient, groups",
      reads: { dy: { operand: a }, filter: stored(b) },
      mask,
      writes: { dx: { tensor: target } },
      numbers: groupNumbers(attributes, x, y),
      body: `let c = i % p.channels;
        let pixel = i / p.channels;
        let own = c % p.channelsOfGroup;
        let start = (c / p.channelsOfGroup) * p.filtersOfGroup;
        var sum = 0.0;
        ${forEachPlace(`for (var f = start; f < start + p.filtersOfGroup; f++) {
          let value = dy_at(place * p.filters + f, f);
          sum = fma(value, filter_at((tap * p.channelsOfGroup + own) * p.filters + f, 0u), sum);
        }`)}
        dx_set(i, ${masked(mask, "sum", "i", "c")});`,
      threads: sizeOf(x),
    }),
  ];
};

export const conv2dFilterGradient: Lower<"conv2dFilterGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) => {
  const [x, y] = [lowering.shape(inputs.x), lowering.shape(inputs.dy)];
  const [channels, filters] = [mapSides(x)[3], mapSides(y)[3]];
  const [a, b] = [lowering.operand(inputs.x), lowering.operand(inputs.dy)];
  const target = lowering.tensor(outputs.dfilter);
  if (attributes.groups === 1)
    return columnProduct(
      {
        ...read("conv2dFilterGradient", gatherWindow, attributes, x, y),
        m: sizeOf(attributes.kernel) * channels,
        n: filters,
        k: sizeOf(y) / filters,
        a,
        channels,
        b,
        y: target,
      },
      lowering,
    );
  return [
    dispatchOf({
      name: "conv2dFilterGradient, groups",
      reads: { x: { operand: a }, dy: { operand: b } },
      writes: { dfilter: { tensor: target } },
      numbers: { ...groupNumbers(attributes, x, y), places: sizeOf(y) / filters },
      body: `let f = i % p.filters;
        let own = (i / p.filters) % p.channelsOfGroup;
        let wanted = i / (p.filters * p.channelsOfGroup);
        let c = (f / p.filtersOfGroup) * p.channelsOfGroup + own;
        var sum = 0.0;
        for (var place = 0u; place < p.places; place++) {
          ${forEachPixel(`if (tap == wanted) {
            sum = fma(x_at(pixel * p.channels + c, c), dy_at(place * p.filters + f, f), sum);
          }`)}
        }
        dfilter_set(i, sum);`,
      threads: sizeOf(lowering.shape(outputs.dfilter)),
    }),
  ];
};

/** How a product reads the map. One that gathers is a separate kernel, because another variant may be faster for it. */
function read(
  name: string,
  gather: typeof gatherWindow,
  ...[attributes, x, y]: Parameters<typeof isPointwise>
) {
  if (isPointwise(attributes, x, y)) return { name };
  return { name: `${name}, window`, gather: gather(attributes, x, y) };
}

/** Tells whether every output position reads only the pixel at the same position. */
function isPointwise({ kernel, strides, padding }: ConvolutionAttributes, x: Shape, y: Shape) {
  return (
    sizeOf(kernel) === 1 &&
    sizeOf(strides) === 1 &&
    padding.every((side) => side === 0) &&
    sizeOf(x.slice(0, 3)) === sizeOf(y.slice(0, 3))
  );
}

/** Tells whether every output position reads one pixel, and no position reads the pixels between them. */
function isStridedPointwise({ kernel, strides, padding }: ConvolutionAttributes) {
  return sizeOf(kernel) === 1 && sizeOf(strides) > 1 && padding.every((side) => side === 0);
}

function groupNumbers(attributes: ConvolutionAttributes, x: Shape, y: Shape) {
  const [channels, filters] = [mapSides(x)[3], mapSides(y)[3]];
  return {
    ...windowNumbers(attributes, x, y),
    channels,
    filters,
    channelsOfGroup: channels / attributes.groups,
    filtersOfGroup: filters / attributes.groups,
  };
}

/**
 * Ordinary convolution and its gradients as matrix products. A 1x1 window at stride 1 reads the map directly; every other
 * window gathers (im2col). Grouped convolutions, which Xception does not have, are computed value by value.
 */
import { mapSides, type Shape, sizeOf } from "../../../core/shape.ts";
import type { ConvolutionAttributes } from "../../../plan/operations.ts";
import type { Lower, LowerJoined } from "../lowering.ts";
import { mapStep } from "../rows.ts";
import { stepShapes } from "../stepKernel.ts";
import { forEachPixel, forEachPlace, windowNumbers } from "../window.ts";
import { columnProduct } from "./columnProduct.ts";
import { gatherBack, gatherWindow } from "./gather.ts";
import { rowProduct } from "./rowProduct.ts";
import { spreadPlaces } from "./spread.ts";

export const conv2d: Lower<"conv2d"> = (step, lowering) => {
  const { inputs, outputs, attributes } = step;
  const { x, y } = stepShapes(step, lowering);
  const [channels, filters] = [mapSides(x)[3], mapSides(y)[3]];
  if (attributes.groups === 1)
    return rowProduct(
      {
        ...read("conv2d", gatherWindow, attributes, x, y),
        m: sizeOf(y) / filters,
        n: filters,
        k: sizeOf(attributes.kernel) * channels,
        a: lowering.operand(inputs.x),
        channels,
        b: lowering.tensor(inputs.filter),
        bias: lowering.optional(inputs.bias),
        y: lowering.tensor(outputs.y),
      },
      lowering,
    );
  return mapStep(step, lowering, {
    ...groups("conv2d, groups", attributes, x, y),
    before: `let start = (channel / p.filtersOfGroup) * p.channelsOfGroup;
      var sum = ${inputs.bias === undefined ? "0.0" : "bias_at(channel, 0u)"};
      ${forEachPixel(`for (var own = 0u; own < p.channelsOfGroup; own++) {
        let loaded = x_at(pixel * p.inputs + start + own, start + own);
        sum = fma(loaded, filter_at((tap * p.channelsOfGroup + own) * p.filters + channel, 0u), sum);
      }`)}`,
    value: "sum",
  });
};

export const conv2dInputGradient: LowerJoined<"conv2dInputGradient"> = (step, lowering, joined) => {
  const { inputs, outputs, attributes } = step;
  const { x, y } = stepShapes(step, lowering);
  const [channels, filters] = [mapSides(x)[3], mapSides(y)[3]];
  if (attributes.groups === 1)
    return rowProduct(
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
        a: lowering.operand(inputs.dy),
        channels: filters,
        b: lowering.tensor(inputs.filter),
        transposed: { depth: filters },
        mask: joined.mask,
        y: joined.mask?.dx ?? lowering.tensor(outputs.dx),
      },
      lowering,
    );
  const kernel = {
    ...groups("conv2dInputGradient, groups", attributes, x, y),
    before: `let pixel = place;
      let own = channel % p.channelsOfGroup;
      let start = (channel / p.channelsOfGroup) * p.filtersOfGroup;
      var sum = 0.0;
      ${forEachPlace(`for (var f = start; f < start + p.filtersOfGroup; f++) {
        let loaded = dy_at(place * p.filters + f, f);
        sum = fma(loaded, filter_at((tap * p.channelsOfGroup + own) * p.filters + f, 0u), sum);
      }`)}`,
    value: "sum",
  };
  return mapStep(step, lowering, kernel, joined);
};

export const conv2dFilterGradient: Lower<"conv2dFilterGradient"> = (step, lowering) => {
  const { inputs, outputs, attributes } = step;
  const { x, y } = stepShapes(step, lowering);
  const [channels, filters] = [mapSides(x)[3], mapSides(y)[3]];
  if (attributes.groups === 1)
    return columnProduct(
      {
        ...read("conv2dFilterGradient", gatherWindow, attributes, x, y),
        m: sizeOf(attributes.kernel) * channels,
        n: filters,
        k: sizeOf(y) / filters,
        a: lowering.operand(inputs.x),
        channels,
        b: lowering.operand(inputs.dy),
        y: lowering.tensor(outputs.dfilter),
      },
      lowering,
    );
  return mapStep(step, lowering, {
    ...groups("conv2dFilterGradient, groups", attributes, x, y),
    before: `let f = channel;
      let own = place % p.channelsOfGroup;
      let wanted = place / p.channelsOfGroup;
      let c = (f / p.filtersOfGroup) * p.channelsOfGroup + own;
      var sum = 0.0;
      for (var place = 0u; place < p.places; place++) {
        ${forEachPixel(`if (tap == wanted) {
          sum = fma(x_at(pixel * p.inputs + c, c), dy_at(place * p.filters + f, f), sum);
        }`)}
      }`,
    value: "sum",
  });
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

function groups(name: string, attributes: ConvolutionAttributes, x: Shape, y: Shape) {
  const [channels, filters] = [mapSides(x)[3], mapSides(y)[3]];
  const numbers = {
    ...windowNumbers(attributes, x, y),
    inputs: channels,
    filters,
    channelsOfGroup: channels / attributes.groups,
    filtersOfGroup: filters / attributes.groups,
    places: sizeOf(y) / filters,
  };
  return { name, width: 1 as const, numbers };
}

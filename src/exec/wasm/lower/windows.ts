/** Depthwise convolutions, pools and padding: what slides over a map without a matrix product. */
import { type Lower, mapSides, windowRecord } from "./lowering.ts";

export const depthwiseConv2d: Lower<"depthwiseConv2d"> = (
  { inputs, outputs, attributes },
  { address, optional, shape, scratch, record },
) => {
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const operands = [address(inputs.x), address(inputs.filter), optional(inputs.bias)];
  const [, , width, channels] = mapSides(x);
  const window = record(windowRecord(attributes, x, y, 1));
  const args = [window, ...operands, address(outputs.y), scratch(width * channels)];
  return [{ kernel: "depthwiseConv2d", args }];
};

export const depthwiseConv2dInputGradient: Lower<"depthwiseConv2dInputGradient"> = (
  { inputs, outputs, attributes },
  { address, shape, scratch, record },
) => {
  const [x, y] = [shape(outputs.dx), shape(inputs.dy)];
  const operands = [address(inputs.dy), address(inputs.filter), address(outputs.dx)];
  const [, , width, channels] = mapSides(x);
  const window = record(windowRecord(attributes, x, y, 1));
  const args = [window, ...operands, scratch(width * channels)];
  return [{ kernel: "depthwiseConv2dInputGradient", args }];
};

export const depthwiseConv2dFilterGradient: Lower<"depthwiseConv2dFilterGradient"> = (
  { inputs, outputs, attributes },
  { address, shape, scratch, record },
) => {
  const [x, y] = [shape(inputs.x), shape(inputs.dy)];
  const operands = [address(inputs.x), address(inputs.dy), address(outputs.dfilter)];
  const [, , width, channels] = mapSides(x);
  const window = record(windowRecord(attributes, x, y, 1));
  const args = [window, ...operands, scratch(width * channels)];
  return [{ kernel: "depthwiseConv2dFilterGradient", args }];
};

export const maxPool: Lower<"maxPool"> = (
  { inputs, outputs, attributes },
  { address, shape, size, scratch, record },
) => {
  const window = record(windowRecord(attributes, shape(inputs.x), shape(outputs.y), 1));
  const { argmax, y } = outputs;
  const taps = argmax === undefined ? scratch(size(y)) : address(argmax);
  return [{ kernel: "maxPool", args: [window, address(inputs.x), address(y), taps] }];
};

export const maxPoolGradient: Lower<"maxPoolGradient"> = (
  { inputs, outputs, attributes },
  { address, shape, record },
) => {
  const window = record(windowRecord(attributes, shape(outputs.dx), shape(inputs.dy), 1));
  const operands = [address(inputs.dy), address(inputs.argmax), address(outputs.dx)];
  return [{ kernel: "maxPoolGradient", args: [window, ...operands] }];
};

export const averagePool: Lower<"averagePool"> = (
  { inputs, outputs, attributes },
  { address, shape, record },
) => {
  const window = record(windowRecord(attributes, shape(inputs.x), shape(outputs.y), 1));
  const args = [window, address(inputs.x), address(outputs.y), Number(attributes.countPadding)];
  return [{ kernel: "averagePool", args }];
};

export const averagePoolGradient: Lower<"averagePoolGradient"> = (
  { inputs, outputs, attributes },
  { address, shape, record },
) => {
  const window = record(windowRecord(attributes, shape(outputs.dx), shape(inputs.dy), 1));
  const args = [window, address(inputs.dy), address(outputs.dx), Number(attributes.countPadding)];
  return [{ kernel: "averagePoolGradient", args }];
};

export const globalAveragePool: Lower<"globalAveragePool"> = (
  { inputs, outputs },
  { address, shape },
) => {
  const [numImages, height, width, channels] = mapSides(shape(inputs.x));
  const sides = [numImages, height * width, channels];
  return [{ kernel: "globalAveragePool", args: [address(inputs.x), ...sides, address(outputs.y)] }];
};

export const globalAveragePoolGradient: Lower<"globalAveragePoolGradient"> = (
  { inputs, outputs },
  { address, shape },
) => {
  const [numImages, height, width, channels] = mapSides(shape(outputs.dx));
  const args = [address(inputs.dy), numImages, height * width, channels, address(outputs.dx)];
  return [{ kernel: "globalAveragePoolGradient", args }];
};

export const zeroPad2d: Lower<"zeroPad2d"> = (
  { inputs, outputs, attributes },
  { address, shape, size },
) => {
  const [numImages, height, width, channels] = mapSides(shape(inputs.x));
  const [, outerHeight, outerWidth] = mapSides(shape(outputs.y));
  const sides = [numImages, height, width, outerHeight, outerWidth, channels];
  const ends = [address(inputs.x), address(outputs.y)];
  return [
    { kernel: "clearValues", args: [address(outputs.y), size(outputs.y)] },
    { kernel: "moveInner", args: [...sides, ...attributes.padding, ...ends, 1] },
  ];
};

export const zeroPad2dGradient: Lower<"zeroPad2dGradient"> = (
  { inputs, outputs, attributes },
  { address, shape },
) => {
  const [numImages, height, width, channels] = mapSides(shape(outputs.dx));
  const [, outerHeight, outerWidth] = mapSides(shape(inputs.dy));
  const sides = [numImages, height, width, outerHeight, outerWidth, channels];
  const ends = [address(outputs.dx), address(inputs.dy)];
  return [{ kernel: "moveInner", args: [...sides, ...attributes.padding, ...ends, 0] }];
};

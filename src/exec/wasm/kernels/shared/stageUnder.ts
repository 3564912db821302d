/** The rows of a map that a band of the result reads through its window. */
import {
  channelsOf,
  dilationYOf,
  heightOf,
  kernelHeightOf,
  paddingYOf,
  strideYOf,
  widthOf,
} from "./geometry";
import { kindOf, PLAIN, sourceOf, stageInto } from "./operand";

/**
 * @param target room for the rows, of which a plain operand needs none.
 * @returns where the map would start for its rows under the band to lie where they do.
 */
export function stageUnder(
  g: usize,
  operand: usize,
  image: i32,
  top: i32,
  rows: i32,
  target: usize,
): usize {
  if (kindOf(operand) === PLAIN) return sourceOf(operand);
  const height = heightOf(g);
  const start = top * strideYOf(g) - paddingYOf(g);
  const reach = (rows - 1) * strideYOf(g) + (kernelHeightOf(g) - 1) * dilationYOf(g) + 1;
  const first = max(0, start);
  const count = min(height, start + reach) - first;
  const channels = channelsOf(g);
  const pixel = (image * height + first) * widthOf(g);
  const offset = (<usize>pixel * <usize>channels) << 2;
  if (count > 0) stageInto(operand, offset, count * widthOf(g), channels, target);
  return target - offset;
}

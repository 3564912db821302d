import { mapSides, type Shape } from "../../core/shape.ts";
import type { UpSamplingAttributes } from "../../plan/operations.ts";
import type { Kernel } from "./kernel.ts";

export const upSample2d: Kernel<"upSample2d"> = ({ x, y }, attributes, shapes) => {
  y.fill(0);
  forEachShare(shapes.x, attributes, (inner, outer, share) => {
    y[outer] = (y[outer] as number) + share * (x[inner] as number);
  });
};

export const upSample2dGradient: Kernel<"upSample2dGradient"> = (
  { dy, dx },
  attributes,
  shapes,
) => {
  dx.fill(0);
  forEachShare(shapes.dx, attributes, (inner, outer, share) => {
    dx[inner] = (dx[inner] as number) + share * (dy[outer] as number);
  });
};

/** Visits each pair of elements of the map and of the result with the share that the one has in the other. */
function forEachShare(
  inside: Shape,
  { size, interpolation }: UpSamplingAttributes,
  visit: (inner: number, outer: number, share: number) => void,
): void {
  const [numImages, height, width, channels] = mapSides(inside);
  const rows = sharesOf(height, size[0], interpolation);
  const columns = sharesOf(width, size[1], interpolation);
  for (let image = 0; image < numImages; image += 1)
    for (const row of rows)
      for (const column of columns) {
        const inner = ((image * height + row.from) * width + column.from) * channels;
        const line = image * height * size[0] + row.to;
        const outer = (line * width * size[1] + column.to) * channels;
        for (let channel = 0; channel < channels; channel += 1)
          visit(inner + channel, outer + channel, row.share * column.share);
      }
}

interface Share {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** Along one axis: which positions give each position of the result its value, and what share of it. */
function sharesOf(
  side: number,
  size: number,
  interpolation: UpSamplingAttributes["interpolation"],
): readonly Share[] {
  return Array.from({ length: side * size }, (_, to): readonly Share[] => {
    if (interpolation === "nearest") return [{ from: Math.floor(to / size), to, share: 1 }];
    const wanted = interpolation === "bilinear" ? (to + 0.5) / size - 0.5 : to / size;
    const position = Math.min(side - 1, Math.max(0, wanted));
    const from = Math.floor(position);
    const next = { from: Math.min(side - 1, from + 1), to, share: position - from };
    return [{ from, to, share: 1 - next.share }, next];
  }).flat();
}

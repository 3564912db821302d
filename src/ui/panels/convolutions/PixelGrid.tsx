/** Draws a map of numbers as grey cells, with a frame around some. Values that are not computed yet stay empty. */
import { useEffect, useRef } from "react";

export interface Frame {
  readonly row: number;
  readonly column: number;
  /** In cells. */
  readonly side: number;
}

export interface PixelGridProps {
  /** `[side, side]`, row-major; NaN where a value is not computed yet. */
  readonly values: Float64Array;
  readonly side: number;
  /** The values of black and white. */
  readonly range: readonly [number, number];
  readonly frames: readonly Frame[];
}

/** Decorative: the text beside it describes the image. */
export function PixelGrid({ values, side, range, frames }: PixelGridProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = context.createImageData(side, side);
    const [black, white] = range;
    for (const [index, value] of values.entries()) {
      if (Number.isNaN(value)) continue;
      const grey = Math.round((255 * (value - black)) / (white - black || 1));
      image.data.set([grey, grey, grey, 255], index * 4);
    }
    context.putImageData(image, 0, 0);
  }, [values, side, range]);
  const percent = (cells: number) => `${(cells / side) * 100}%`;
  return (
    <span className="lab-pixels" aria-hidden>
      <canvas ref={canvas} width={side} height={side} />
      {frames.map(({ row, column, side: cells }) => (
        <i
          key={`${row} ${column}`}
          style={{
            top: percent(row),
            left: percent(column),
            width: percent(cells),
            height: percent(cells),
          }}
        />
      ))}
    </span>
  );
}

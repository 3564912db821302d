/** Draws an image from bytes, grey or in colour, at its own size; CSS enlarges it without smoothing. */
import { useEffect, useRef } from "react";

export interface PixelImageProps {
  /** `[height, width, channels]` bytes. */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** Decorative: the text beside it describes the image. */
export function PixelImage({ pixels, height, width, channels }: PixelImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = context.createImageData(width, height);
    for (let index = 0; index < width * height; index += 1) {
      const at = index * channels;
      const red = pixels[at] ?? 0;
      const colour = channels === 1 ? [red, red] : [pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
      image.data.set([red, ...colour, 255], index * 4);
    }
    context.putImageData(image, 0, 0);
  }, [pixels, height, width, channels]);
  return <canvas ref={canvas} width={width} height={height} className="gray-image" aria-hidden />;
}

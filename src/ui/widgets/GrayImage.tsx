/** A grey image drawn from bytes, at its own size; CSS enlarges it without smoothing. */
import { useEffect, useRef } from "react";

export interface GrayImageProps {
  /** `[height, width]` bytes. */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** Decoration for the words beside it, which say what the image is. */
export function GrayImage({ pixels, height, width }: GrayImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = context.createImageData(width, height);
    for (let index = 0; index < width * height; index += 1) {
      const grey = pixels[index] ?? 0;
      image.data.set([grey, grey, grey, 255], index * 4);
    }
    context.putImageData(image, 0, 0);
  }, [pixels, height, width]);
  return <canvas ref={canvas} width={width} height={height} className="gray-image" aria-hidden />;
}

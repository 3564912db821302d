/**
 * A picture as the browser decodes it, brought to a square of the network's size. As Keras' `flow_from_directory` with its
 * default, nearest neighbour: each pixel is the source's pixel under its middle, and the sides are stretched apart. Where a
 * picture lets through, black shows; it stands upright as its camera noted.
 */
import { reasonOf } from "../../core/errors.ts";
import { wrongFile } from "./ownFile.ts";

export interface DecodedImage {
  /** Of the picture itself. */
  readonly height: number;
  readonly width: number;
  /** `[size, size, 3]` bytes. */
  readonly pixels: Uint8Array;
}

/** Decodes one picture; tests bring their own, since Node has no decoder. */
export type DecodeImage = (blob: Blob, path: string, size: number) => Promise<DecodedImage>;

/** @throws PlaygroundError `file.invalid` for what no browser takes for a picture. */
export const decodeImage: DecodeImage = async (blob, path, size) => {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" }).catch(
    (error: unknown) => {
      throw wrongFile(
        path,
        {
          rule: "the picture cannot be decoded",
          expected: "a whole JPEG, PNG, GIF, BMP or WebP file",
          got: reasonOf(error),
          remedy: "Mend or remove it, then choose the files again.",
        },
        error,
      );
    },
  );
  const { height, width } = bitmap;
  const context = squareOf(size);
  context.clearRect(0, 0, size, size);
  context.drawImage(bitmap, 0, 0, size, size);
  bitmap.close();
  return { height, width, pixels: withoutAlpha(context.getImageData(0, 0, size, size).data) };
};

let square: OffscreenCanvasRenderingContext2D | undefined;

/** Drawn on one after the other: no picture waits between drawing and reading. */
function squareOf(size: number): OffscreenCanvasRenderingContext2D {
  if (square?.canvas.width === size) return square;
  // Read often: without a graphics card in between the bytes stay as they were drawn.
  const options = { alpha: false, willReadFrequently: true } as const;
  const context = new OffscreenCanvas(size, size).getContext("2d", options);
  if (context === null) throw new Error("this browser draws no pictures in a worker");
  context.imageSmoothingEnabled = false;
  square = context;
  return context;
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const pixels = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    pixels[to] = rgba[from] ?? 0;
    pixels[to + 1] = rgba[from + 1] ?? 0;
    pixels[to + 2] = rgba[from + 2] ?? 0;
  }
  return pixels;
}

/**
 * Decodes an image with the browser and resizes it to a square of the network's size. As in Keras' `flow_from_directory` with
 * its default, nearest neighbour, each pixel is the source's pixel under its centre, and the aspect ratio is not kept.
 * Transparent areas become black. The image is rotated as its EXIF orientation says.
 */
import { reasonOf } from "../../core/errors.ts";
import type { PictureSize } from "../../core/pictureSize.ts";
import { wrongFile } from "./ownFile.ts";

/** With the size of the original image. */
export interface DecodedImage extends PictureSize {
  /** `[size, size, 3]` bytes. */
  readonly pixels: Uint8Array;
}

/** A picture as its file has it. */
export interface EncodedPicture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Some browsers need it, because there is no file name. */
  readonly mimeType: string;
}

/** Decodes one image. Tests pass their own function, because Node has no decoder. */
export type DecodeImage = (blob: Blob, path: string, size: number) => Promise<DecodedImage>;

/** @throws PlaygroundError `file.invalid` for a file that the browser cannot decode as an image. */
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

/**
 * Returns a function that decodes a picture only to learn its size and whether it decodes. Browsers that decode bytes in place do
 * so in a tenth of the time that a `Blob` takes, which travels through two processes. They use the same decoders for both.
 * The function takes the bytes over.
 * @throws PlaygroundError, or the browser's error, when the picture does not decode
 */
export function measureWith(
  decode: DecodeImage,
): (picture: EncodedPicture, path: string) => Promise<PictureSize> {
  if (decode !== decodeImage || !("ImageDecoder" in globalThis))
    return ({ bytes, mimeType }, path) => decode(new Blob([bytes], { type: mimeType }), path, 1);
  return async ({ bytes, mimeType }) => {
    const options = { type: mimeType, colorSpaceConversion: "none" } as const;
    // The bytes are handed over, so that they are freed with the decoder and not when the browser collects its garbage.
    const decoder = new ImageDecoder({ ...options, data: bytes, transfer: [bytes.buffer] });
    try {
      const { image } = await decoder.decode();
      const { displayHeight: height, displayWidth: width } = image;
      image.close();
      return { height, width };
    } finally {
      decoder.close();
    }
  };
}

let square: OffscreenCanvasRenderingContext2D | undefined;

/** All images are drawn on one canvas, one after the other. No other image can be drawn between drawing and reading. */
function squareOf(size: number): OffscreenCanvasRenderingContext2D {
  if (square?.canvas.width === size) return square;
  // The canvas is read often. This option keeps it off the graphics card, so that the bytes stay exact.
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

/** Turns a person's picture into an image as the data set stores it. The engine prepares that image for the network. */
import { PlaygroundError, reasonOf } from "../../core/errors.ts";
import type { GivenPicture, StoredForm } from "../../core/givenPicture.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { decodeImage } from "../own/decodeImage.ts";
import { toGrey } from "../own/greyImages.ts";
import { areaMeans } from "./areaMeans.ts";

/** A larger picture is first drawn smaller by the browser, because a photograph has more pixels than a canvas may have. */
const MOST_SIDE = 2048;

/**
 * @returns one image, in bytes.
 * @throws PlaygroundError `file.invalid` for a file that the browser cannot decode as a picture.
 */
export async function readPicture(
  { blob, name, isSwapped }: GivenPicture,
  { height, width, channels, reduction }: StoredForm,
): Promise<PixelBatch> {
  let pixels: Uint8Array;
  try {
    pixels =
      reduction === "nearest"
        ? (await decodeImage(blob, name, height)).pixels
        : areaMeans(await wholePicture(blob), height, width);
  } catch (error) {
    throw new PlaygroundError(
      {
        code: "file.invalid",
        where: name,
        rule: "this browser cannot decode it as a picture",
        expected: "a whole JPEG, PNG, GIF, BMP or WebP file",
        got: blob.type === "" ? reasonOf(error) : blob.type,
        remedy: "Choose another picture.",
      },
      { cause: error },
    );
  }
  const colours: PixelBatch = {
    ...{ kind: "pixels", pixels, height, width, channels: 3, numImages: 1 },
    labels: new Uint8Array(1),
  };
  const image = channels === 1 ? toGrey(colours) : colours;
  return isSwapped ? { ...image, pixels: image.pixels.map((value) => 255 - value) } : image;
}

async function wholePicture(blob: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" });
  const shrink = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * shrink));
  const height = Math.max(1, Math.round(bitmap.height * shrink));
  const canvas = new OffscreenCanvas(width, height);
  // This option keeps the canvas off the graphics card, so that the bytes stay exact.
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (context === null) throw new Error("this browser draws no pictures");
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

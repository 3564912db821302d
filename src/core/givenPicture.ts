/** Pictures that a person gives to be classified, and what a network makes of them. */
import type { Channels, PixelBatch } from "./pixelBatch.ts";

export interface GivenPicture {
  readonly blob: Blob;
  /** For messages. */
  readonly name: string;
  /** Whether light and dark are swapped. */
  readonly isSwapped: boolean;
}

export interface ClassifiedPicture {
  /** The picture in the form that the data set stores. */
  readonly image: PixelBatch;
  /** One for each class. */
  readonly probabilities: Float32Array;
}

/** How a picture becomes an image as a data set stores it, which is what the preparation of a network takes. */
export interface StoredForm {
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  /**
   * How a picture of another size is reduced: `nearest` takes the pixel under each centre, as reading a folder of pictures
   * does; `average` takes the mean of the area, for data sets whose images are that small already.
   */
  readonly reduction: "nearest" | "average";
}

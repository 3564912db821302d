/** Shows the images of a validation, each with its prediction and probability. */
import { greatestOf } from "../../core/numbers.ts";
import { PredictionTile } from "../widgets/PredictionTile.tsx";

interface GalleryProps {
  readonly predictions: {
    readonly indices: readonly number[];
    readonly labels: Uint8Array;
    readonly pixels: Uint8Array;
    readonly probabilities: Float32Array;
  };
  readonly dataSet: {
    readonly classes: readonly string[];
    readonly height: number;
    readonly width: number;
    readonly channels: 1 | 3;
  };
}

export function PredictionsGallery({ predictions, dataSet }: GalleryProps) {
  const { indices, labels, pixels, probabilities } = predictions;
  const { classes, height, width, channels } = dataSet;
  const size = height * width * channels;
  const numClasses = indices.length > 0 ? probabilities.length / indices.length : 0;
  return (
    <ul className="gallery">
      {indices.map((index, position) => {
        const row = probabilities.subarray(position * numClasses, (position + 1) * numClasses);
        const predicted = row.indexOf(greatestOf(row));
        const label = labels[position] ?? 0;
        return (
          <PredictionTile
            key={index}
            pixels={pixels.subarray(position * size, (position + 1) * size)}
            height={height}
            width={width}
            channels={channels}
            truth={classes[label] ?? `class ${label}`}
            predicted={classes[predicted] ?? "nothing"}
            probability={row[predicted] ?? 0}
            right={predicted === label}
          />
        );
      })}
    </ul>
  );
}

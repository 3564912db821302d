/** Some test images with what the network takes them for, right and wrong told apart by words as well as colour. */
import { formatCount, formatPercent } from "../../core/units.ts";
import { shownDataSet } from "../../store/store.ts";
import { usePlayground } from "../PlaygroundContext.tsx";
import { Card } from "../widgets/Card.tsx";
import { PixelImage } from "../widgets/PixelImage.tsx";

/** Empty places before the first predictions: as many images as the worker sends. */
const NUM_PLACES = 20;
const PLACES = Array.from({ length: NUM_PLACES }, (_, index) => index);

export function PredictionsPanel() {
  const predictions = usePlayground(({ evaluation }) => evaluation.predictions);
  const dataSet = usePlayground(shownDataSet);
  const note =
    predictions === null
      ? "test images, and what the network takes them for"
      : `test images, as the network sees them after step ${formatCount(predictions.step)}`;
  return (
    <Card
      title="Predictions"
      note={note}
      region="Predictions"
      id="predictions"
      className="predictions-card"
    >
      <div role="figure" aria-label="Predictions" className="gallery-frame">
        {predictions === null || dataSet === null ? (
          <>
            <div className="gallery" aria-hidden>
              {PLACES.map((place) => (
                <div key={place} className="tile tile-empty">
                  <span className="gray-image" />
                  <span className="tile-words" />
                </div>
              ))}
            </div>
            <p className="empty-words">They appear with the first validation of a run.</p>
          </>
        ) : (
          <Gallery predictions={predictions} dataSet={dataSet} />
        )}
      </div>
    </Card>
  );
}

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

function Gallery({ predictions, dataSet }: GalleryProps) {
  const { indices, labels, pixels, probabilities } = predictions;
  const { classes, height, width, channels } = dataSet;
  const size = height * width * channels;
  const numClasses = indices.length > 0 ? probabilities.length / indices.length : 0;
  return (
    <ul className="gallery">
      {indices.map((index, position) => {
        const row = probabilities.subarray(position * numClasses, (position + 1) * numClasses);
        const predicted = row.indexOf(Math.max(...row));
        const label = labels[position] ?? 0;
        return (
          <Tile
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

function Tile(props: {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly truth: string;
  readonly predicted: string;
  readonly probability: number;
  readonly right: boolean;
}) {
  const { pixels, height, width, channels, truth, predicted, probability, right } = props;
  const share = formatPercent(probability, 0);
  return (
    <li className="tile" data-wrong={!right || undefined}>
      <span className="tile-picture">
        <PixelImage pixels={pixels} height={height} width={width} channels={channels} />
        <span className="tile-share" aria-hidden>
          {share}
        </span>
      </span>
      <span className="tile-bar" aria-hidden>
        <i style={{ width: `${probability * 100}%` }} />
      </span>
      <span className="tile-words" aria-hidden>
        <b>{right ? predicted : `${predicted}?`}</b>
        <span>{right ? "right" : `is ${truth}`}</span>
      </span>
      <span className="visually-hidden">
        {right ? `${predicted}, ${share}, right` : `${predicted}, ${share}, wrong: it is ${truth}`}
      </span>
    </li>
  );
}

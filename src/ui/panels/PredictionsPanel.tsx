/** Shows some test images with their predictions. Right and wrong differ in words as well as in colour. */
import { formatCount } from "../../core/units.ts";
import { shownDataSet } from "../../store/store.ts";
import { usePlayground } from "../PlaygroundContext.tsx";
import { Card } from "../widgets/Card.tsx";
import { lazyPlace } from "../widgets/lazyPart.tsx";

/** The number of placeholders before the first predictions, which equals the number of images that the worker sends. */
const NUM_PLACES = 20;
const PLACES = Array.from({ length: NUM_PLACES }, (_, index) => index);

const Gallery = lazyPlace(
  "Predictions",
  async () => (await import("./PredictionsGallery.tsx")).PredictionsGallery,
  <EmptyPlaces />,
);

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
            <EmptyPlaces />
            <p className="empty-words">They appear with the first validation of a run.</p>
          </>
        ) : (
          <Gallery predictions={predictions} dataSet={dataSet} />
        )}
      </div>
    </Card>
  );
}

function EmptyPlaces() {
  return (
    <div className="gallery" aria-hidden>
      {PLACES.map((place) => (
        <div key={place} className="tile tile-empty">
          <span className="gray-image" />
          <span className="tile-words" />
        </div>
      ))}
    </div>
  );
}

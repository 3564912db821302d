/** Shows some test images with their predictions. Right and wrong differ in words as well as in colour. */
import { formatCount } from "../../core/units.ts";
import { shownDataSet } from "../../store/store.ts";
import { usePlayground } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";
import { Card } from "../widgets/Card.tsx";
import { lazyPlace } from "../widgets/lazyPart.tsx";
import { useLoadedDialog } from "../widgets/useLoadedDialog.tsx";

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
  const { open, dialog } = useLoadedDialog(
    "Classify a picture",
    async () => (await import("./classify/ClassifyDialog.tsx")).ClassifyDialog,
  );
  const note =
    predictions === null
      ? "test images, and what the network takes them for"
      : `test images, as the network sees them after step ${formatCount(predictions.step)}`;
  return (
    <Card
      title="Predictions"
      note={
        <span className="predictions-note">
          {note}
          <Button look="small" aria-haspopup="dialog" onClick={open}>
            Classify a picture
          </Button>
        </span>
      }
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
      {dialog}
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

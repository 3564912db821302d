/** Shows images of an evaluation with their predictions and probabilities. It requests their pixels some at a time. */
import { useEffect, useState } from "react";
import {
  type Classified,
  confidenceOf,
  imagesOfCell,
  probabilityOf,
} from "../../../core/classified.ts";
import { formatCount } from "../../../core/units.ts";
import { sourceOf } from "../../../store/run/evaluationState.ts";
import { Button } from "../../widgets/Button.tsx";
import { PredictionTile } from "../../widgets/PredictionTile.tsx";
import { type Cell, cellTitle, type Evaluated } from "./evaluated.ts";
// Imported here alone, because the build refers to a missing file when two parts share nothing but a style sheet.
import "./evaluation.css";

/** The number of images that are requested and shown at once. */
const PAGE = 60;

interface ImagesProps {
  readonly evaluated: Evaluated;
  readonly images: Classified;
  /** The places of the images in the order of evaluation. */
  readonly places: readonly number[];
  /** The accessible name of the list. */
  readonly label: string;
}

/** Shows the images of a cell, or says that they are not known. */
export function CellImages({
  evaluated,
  cell,
}: {
  readonly evaluated: Evaluated;
  readonly cell: Cell;
}) {
  const { confusion, dataSet } = evaluated;
  const { images } = confusion;
  if (images === null) return <p className="images-words">{IMAGES_UNKNOWN}</p>;
  const places = imagesOfCell(images, cell.trueClass, cell.predictedClass);
  const isRight = cell.trueClass === cell.predictedClass;
  const label = cellTitle(cell, dataSet.classes);
  const source = sourceOf(confusion);
  const words =
    places.length === 0
      ? `No ${source} image falls into this cell.`
      : `${formatCount(places.length)} ${source} ${places.length === 1 ? "image" : "images"}, the ${isRight ? "least" : "most"} confident first.`;
  return (
    <>
      <p className="images-words">{words}</p>
      <EvaluatedImages evaluated={evaluated} images={images} places={places} label={label} />
    </>
  );
}

export const IMAGES_UNKNOWN =
  "Only the counts of this matrix were kept, so it is not known which images they stand for.";

/** A new list of places begins with its first images again when the caller gives it another key. */
export function EvaluatedImages({ places, ...props }: ImagesProps) {
  const [numPages, setNumPages] = useState(1);
  const pages = Array.from({ length: Math.min(numPages, Math.ceil(places.length / PAGE)) });
  const left = places.length - numPages * PAGE;
  return (
    <>
      {pages.map((_, page) => (
        <Page
          // biome-ignore lint/suspicious/noArrayIndexKey: pages are only added at the end
          key={page}
          {...props}
          first={page * PAGE}
          places={places}
        />
      ))}
      {left > 0 && (
        <Button look="tiny" onClick={() => setNumPages(numPages + 1)}>
          {`Show ${formatCount(Math.min(left, PAGE))} more`}
        </Button>
      )}
    </>
  );
}

function Page({
  evaluated,
  images,
  places,
  first,
  label,
}: ImagesProps & { readonly first: number }) {
  const { dataSet, pictures } = evaluated;
  const { classes, height, width, channels } = dataSet;
  const [pixels, setPixels] = useState<Uint8Array | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const shown = places.slice(first, first + PAGE);
  // A page asks once, when it appears: the evaluation of an open view does not change.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    let isShown = true;
    pictures(shown).then(
      (found) => isShown && setPixels(found),
      (error: unknown) =>
        isShown && setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isShown = false;
    };
  }, []);
  const size = height * width * channels;
  const name = (class_: number) => classes[class_] ?? `class ${class_}`;
  return (
    <>
      {problem !== null && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
      <ul className="gallery" aria-label={first === 0 ? label : `${label}, from ${first + 1}`}>
        {shown.map((place, at) => {
          const truth = images.labels[place] ?? 0;
          const predicted = images.predicted[place] ?? 0;
          return (
            <PredictionTile
              key={place}
              pixels={pixels?.subarray(at * size, (at + 1) * size) ?? null}
              height={height}
              width={width}
              channels={channels}
              truth={name(truth)}
              predicted={name(predicted)}
              right={truth === predicted}
              probability={confidenceOf(images, place)}
              truthProbability={probabilityOf(images, place, truth)}
            />
          );
        })}
      </ul>
    </>
  );
}

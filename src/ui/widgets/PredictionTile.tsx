/** Shows an image with its predicted class and the probability of that. Right and wrong differ in words as well as in colour. */
import { formatPercent } from "../../core/units.ts";
import { PixelImage, type PixelImageProps } from "./PixelImage.tsx";

interface PredictionTileProps extends Omit<PixelImageProps, "pixels"> {
  /** `null` while there are none. */
  readonly pixels: Uint8Array | null;
  readonly truth: string;
  readonly predicted: string;
  /** Of the predicted class, in `[0, 1]`; not finite when the network's numbers overflowed. */
  readonly probability: number;
  /** Of the true class, shown with a wrong prediction. */
  readonly truthProbability?: number | undefined;
  readonly right: boolean;
}

export function PredictionTile(props: PredictionTileProps) {
  const { pixels, truth, predicted, probability, truthProbability, right, ...size } = props;
  const share = shareText(probability);
  const truthShare = truthProbability === undefined ? null : shareText(truthProbability);
  return (
    <li className="tile" data-wrong={!right || undefined}>
      <span className="tile-picture">
        {pixels === null ? (
          <span className="gray-image tile-empty" />
        ) : (
          <PixelImage pixels={pixels} {...size} />
        )}
        <span className="tile-share" aria-hidden>
          {share}
        </span>
      </span>
      <span className="tile-bar" aria-hidden>
        <i style={{ width: `${Number.isFinite(probability) ? probability * 100 : 0}%` }} />
      </span>
      <span className="tile-words" aria-hidden>
        <b>{right ? predicted : `${predicted}?`}</b>
        <span>{right ? "right" : `is ${truth}`}</span>
        {!right && truthShare !== null && <span>at {truthShare}</span>}
      </span>
      <span className="visually-hidden">
        {right ? `${predicted}, ${share}, right` : `${predicted}, ${share}, wrong: it is ${truth}`}
        {!right && truthShare !== null && `, at ${truthShare}`}
      </span>
    </li>
  );
}

function shareText(probability: number): string {
  return Number.isFinite(probability) ? formatPercent(probability, 0) : "no number";
}

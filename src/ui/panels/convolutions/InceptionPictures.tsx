/** Redraws figures 1, 2 and 4 of the Xception paper: the Inception block, its simplified and its extreme form. */
import { useId } from "react";
import { Box } from "./TowerPicture.tsx";

interface Stage {
  readonly text: string;
  readonly kind: "pointwise" | "spatial" | "pool";
}

interface Picture {
  readonly title: string;
  readonly sentence: string;
  /** Each tower's stages, in order. */
  readonly towers: readonly (readonly Stage[])[];
  /** A stage that all towers share, before them. */
  readonly shared?: Stage;
}

const POINT: Stage = { text: "1 × 1", kind: "pointwise" };
const SPATIAL: Stage = { text: "3 × 3", kind: "spatial" };
const POOL: Stage = { text: "pool", kind: "pool" };

const PICTURES: readonly Picture[] = [
  {
    title: "Inception block",
    sentence: "Four towers of different depth, each behind a 1 × 1 convolution of its own.",
    towers: [[POINT], [POOL, POINT], [POINT, SPATIAL], [POINT, SPATIAL, SPATIAL]],
  },
  {
    title: "Simplified",
    sentence: "One size of kernel and no pool: three equal towers.",
    towers: [
      [POINT, SPATIAL],
      [POINT, SPATIAL],
      [POINT, SPATIAL],
    ],
  },
  {
    title: "Extreme",
    sentence: "One 1 × 1 convolution for all, then a 3 × 3 for every single channel.",
    shared: { text: "1 × 1, all channels", kind: "pointwise" },
    towers: Array.from({ length: 6 }, () => [{ text: "3×3", kind: "spatial" }]),
  },
];

const WIDTH = 260;
const PITCH = 40;
const NUM_LEVELS = 3;

export function InceptionPictures() {
  return (
    <div className="lab-pictures">
      {PICTURES.map((picture) => (
        <InceptionPicture key={picture.title} {...picture} />
      ))}
    </div>
  );
}

function InceptionPicture({ title, sentence, towers, shared }: Picture) {
  const id = useId();
  const top = 44;
  const bottom = top + NUM_LEVELS * PITCH;
  const pitch = (WIDTH - 10) / towers.length;
  const width = pitch - 6;
  const start = shared === undefined ? 28 : top + 24;
  return (
    <figure className="lab-figure">
      <svg viewBox={`0 0 ${WIDTH} ${bottom + 30}`} role="img" aria-labelledby={`${id}-title`}>
        <title id={`${id}-title`}>{`${title}: ${sentence}`}</title>
        <Box x={5} y={4} width={WIDTH - 10} text="input" />
        {shared !== undefined && (
          <>
            <line x1={WIDTH / 2} x2={WIDTH / 2} y1={28} y2={top} className="lab-wire" />
            <Box
              x={5}
              y={top}
              width={WIDTH - 10}
              text={shared.text}
              className={`lab-stage-${shared.kind}`}
            />
          </>
        )}
        {towers.map((stages, tower) => {
          const x = 5 + tower * pitch + 3;
          const middle = x + width / 2;
          return (
            <g key={x}>
              <line x1={middle} x2={middle} y1={start} y2={bottom} className="lab-wire" />
              {stages.map(({ text, kind }, index) => {
                const level = NUM_LEVELS - stages.length + index;
                return (
                  <Box
                    key={level}
                    x={x}
                    y={top + level * PITCH}
                    width={width}
                    text={text}
                    className={`lab-stage-${kind}`}
                  />
                );
              })}
            </g>
          );
        })}
        <Box x={5} y={bottom} width={WIDTH - 10} text="side by side" />
      </svg>
      <figcaption>
        <b>{title}.</b> {sentence}
      </figcaption>
    </figure>
  );
}

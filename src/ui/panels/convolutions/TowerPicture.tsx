/** Draws how the channels after the 1 x 1 convolution are divided among towers. Many towers are drawn as a few with a gap. */
import { useId } from "react";

export interface TowerPictureProps {
  readonly towers: number;
  readonly channelsPerTower: number;
  readonly kernelSize: number;
}

const WIDTH = 400;
const HEIGHT = 190;
const MOST_TOWERS = 12;
const GAP = 4;

export function TowerPicture({ towers, channelsPerTower, kernelSize }: TowerPictureProps) {
  const id = useId();
  const shown = Math.min(towers, MOST_TOWERS);
  const left = towers - shown;
  // When not all towers are drawn, the last position is the gap.
  const places = left > 0 ? shown + 1 : shown;
  const pitch = (WIDTH - 20) / places;
  const size = pitch - GAP;
  const kind = towers === 1 ? "ordinary" : channelsPerTower === 1 ? "separable" : "between";
  return (
    <figure className="lab-figure">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-labelledby={`${id}-title`}
        className={`lab-tower-picture lab-tower-${kind}`}
      >
        <title id={`${id}-title`}>
          {`The 1 × 1 convolution gives ${towers * channelsPerTower} channels; ${towers === 1 ? `one ${kernelSize} × ${kernelSize} convolution takes them all` : `${towers} convolutions of ${kernelSize} × ${kernelSize} take ${channelsPerTower} each`}; their outputs are put side by side.`}
        </title>
        <Box x={10} y={4} width={WIDTH - 20} text="input" />
        <Box x={10} y={48} width={WIDTH - 20} text="1 × 1 convolution, all channels" />
        {Array.from({ length: shown }, (_, index) => {
          const x = 10 + index * pitch + GAP / 2;
          return (
            <g key={x}>
              <line x1={x + size / 2} x2={x + size / 2} y1={72} y2={92} className="lab-wire" />
              <rect x={x} y={92} width={size} height={40} rx={4} className="lab-tower" />
              {size > 32 && (
                <text x={x + size / 2} y={109} textAnchor="middle">
                  {kernelSize} × {kernelSize}
                </text>
              )}
              {size > 24 && (
                <text x={x + size / 2} y={124} textAnchor="middle">
                  {size > 100 ? `on ${channelsPerTower} channels` : channelsPerTower}
                </text>
              )}
              <line x1={x + size / 2} x2={x + size / 2} y1={132} y2={158} className="lab-wire" />
            </g>
          );
        })}
        {left > 0 && (
          <text x={10 + shown * pitch + pitch / 2} y={116} textAnchor="middle">
            +{left}
          </text>
        )}
        <Box x={10} y={158} width={WIDTH - 20} text="side by side" />
        <line x1={WIDTH / 2} x2={WIDTH / 2} y1={28} y2={48} className="lab-wire" />
      </svg>
    </figure>
  );
}

export interface BoxProps {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly text: string;
  readonly className?: string;
}

/** A box with a line of text, 24 px high. */
export function Box({ x, y, width, text, className = "lab-box" }: BoxProps) {
  return (
    <g>
      <rect x={x} y={y} width={width} height={24} rx={4} className={className} />
      <text x={x + width / 2} y={y + 16} textAnchor="middle">
        {text}
      </text>
    </g>
  );
}

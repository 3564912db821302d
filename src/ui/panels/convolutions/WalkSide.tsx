/** One of the two convolutions at a step: its maps so far, the window, and the number of multiplications so far. */
import { useMemo } from "react";
import { formatCount } from "../../../core/units.ts";
import {
  CROP_SIDE,
  multiplicationsOf,
  numbersAfter,
  WALK_SETTINGS,
  type Walk,
  type WalkNumber,
  type WalkPart,
  type Walkthrough,
} from "../../../network/convolutions/walkthrough.ts";
import { Value } from "../../widgets/Value.tsx";
import { type Frame, PixelGrid } from "./PixelGrid.tsx";

export interface WalkSideProps {
  readonly name: string;
  readonly accent: "ordinary" | "separable";
  readonly walkthrough: Walkthrough;
  readonly walk: Walk;
  readonly step: number;
}

const PART_TITLES: Readonly<Record<WalkPart, string>> = {
  ordinary: "Output, 4 filters",
  depthwise: "After the depthwise half",
  pointwise: "Output, 4 filters",
};
const GREY = [0, 1] as const;
const EDGES = [-1, 1] as const;

export function WalkSide({ name, accent, walkthrough, walk, step }: WalkSideProps) {
  const done = numbersAfter(walk, step);
  const fresh = walk.numbers.slice(numbersAfter(walk, step - 1), done);
  const parts = useMemo(() => [...new Set(walk.numbers.map(({ part }) => part))], [walk]);
  const share = multiplicationsOf(walk, done) / walk.multiplications;
  const words = wordsFor(fresh, done === walk.numbers.length);
  return (
    <div className={`lab-walk-side accent-${accent}`}>
      <h3 className="lab-subtitle">{name}</h3>
      <dl className="lab-walk-count">
        <Value
          label={`Multiplications, ${name.toLowerCase()}`}
          text={`${formatCount(multiplicationsOf(walk, done))} of ${formatCount(walk.multiplications)}`}
        />
      </dl>
      <span className="lab-bar" aria-hidden>
        <i className={`accent-${accent}`} style={{ width: `${share * 100}%` }} />
      </span>
      <p className="lab-walk-words">{words}</p>
      <div
        className="lab-maps"
        role="img"
        aria-label={`${name}, pixels: ${done} of ${walk.numbers.length} numbers computed. ${words}`}
      >
        <div>
          <h4>Input, 3 channels</h4>
          <div className="lab-map-row">
            {walkthrough.input.map((values, channel) => (
              <PixelGrid
                // biome-ignore lint/suspicious/noArrayIndexKey: a channel is identified by its index
                key={channel}
                values={values}
                side={CROP_SIDE}
                range={channel === 0 ? GREY : EDGES}
                frames={windowsOf(fresh, channel)}
              />
            ))}
          </div>
        </div>
        {parts.map((part) => (
          <PartMaps
            key={part}
            part={part}
            walk={walk}
            done={done}
            fresh={fresh}
            side={walkthrough.outputSide}
          />
        ))}
      </div>
    </div>
  );
}

interface PartMapsProps {
  readonly part: WalkPart;
  readonly walk: Walk;
  readonly done: number;
  readonly fresh: readonly WalkNumber[];
  readonly side: number;
}

function PartMaps({ part, walk, done, fresh, side }: PartMapsProps) {
  const ranges = useMemo(() => rangesOf(walk, part), [walk, part]);
  const maps = useMemo(() => {
    const filled = ranges.map(() => new Float64Array(side ** 2).fill(Number.NaN));
    for (const number of walk.numbers.slice(0, done)) {
      if (number.part !== part) continue;
      const map = filled[number.channel];
      if (map) map[number.row * side + number.column] = number.value;
    }
    return filled;
  }, [walk, part, done, side, ranges]);
  return (
    <div>
      <h4>{PART_TITLES[part]}</h4>
      <div className="lab-map-row">
        {maps.map((values, channel) => (
          <PixelGrid
            // biome-ignore lint/suspicious/noArrayIndexKey: a channel is identified by its index
            key={channel}
            values={values}
            side={side}
            range={ranges[channel] ?? GREY}
            frames={cellsOf(fresh, part, channel)}
          />
        ))}
      </div>
    </div>
  );
}

/** Returns each channel's range from its darkest to its brightest final value. */
function rangesOf(walk: Walk, part: WalkPart): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const { channel, value, part: own } of walk.numbers) {
    if (own !== part) continue;
    const [least, most] = ranges[channel] ?? [value, value];
    ranges[channel] = [Math.min(least, value), Math.max(most, value)];
  }
  return ranges;
}

/** Returns the window that the step read. */
function windowsOf(fresh: readonly WalkNumber[], channel: number): readonly Frame[] {
  const last = fresh.findLast(
    ({ part, channel: own }) => part === "ordinary" || (part === "depthwise" && own === channel),
  );
  if (last === undefined) return [];
  return [{ row: last.row, column: last.column, side: WALK_SETTINGS.kernelSize }];
}

/**
 * Returns the cells that the step wrote. For the pointwise convolution these are also the positions that it read in the map
 * before.
 */
function cellsOf(fresh: readonly WalkNumber[], part: WalkPart, channel: number): readonly Frame[] {
  const own = fresh.filter((number) => number.part === part && number.channel === channel);
  const read = part === "depthwise" ? fresh.filter((number) => number.part === "pointwise") : [];
  const places = new Map(
    [...own, ...read].map(({ row, column }) => [`${row} ${column}`, { row, column, side: 1 }]),
  );
  return [...places.values()];
}

function wordsFor(fresh: readonly WalkNumber[], ended: boolean): string {
  const last = fresh.at(-1);
  if (last === undefined) return ended ? "Done." : "Not started.";
  const { kernelSize: k, channels } = WALK_SETTINGS;
  switch (last.part) {
    case "ordinary":
      return `${k} × ${k} pixels of ${channels} channels make one number of filter ${last.channel + 1}.`;
    case "depthwise":
      return `${k} × ${k} pixels of each channel make one number of that channel.`;
    case "pointwise":
      return `${channels} numbers, one a channel, make one number of a filter; ${fresh.length} of them in this step.`;
  }
}

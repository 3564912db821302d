/** The x axes of the race's curves: their labels, and positions on them in words. */
import { formatDuration, formatLarge } from "../../../core/units.ts";
import type { RaceAxis } from "../../../store/race/curves.ts";

export const AXIS_OPTIONS = [
  { value: "steps", label: "Steps" },
  { value: "time", label: "Time" },
  { value: "macs", label: "Multiplications" },
] as const satisfies readonly { readonly value: RaceAxis; readonly label: string }[];

export const STEP_AXIS = {
  title: "step",
  format: ",d",
  words: (x: number) => `step ${x}`,
} as const;

export const AXES = {
  steps: STEP_AXIS,
  time: {
    title: "seconds",
    format: "~g",
    words: (x: number) => formatDuration(1000 * x),
  },
  macs: {
    title: "MACs",
    format: "~s",
    words: (x: number) => `${formatLarge(x)} MACs`,
  },
} as const;

export const AXIS_WORDS: Readonly<Record<RaceAxis, string>> = {
  steps: "Over training steps: both have seen the same images.",
  time: "Over the seconds that each network spent in its own steps, without the other's, loading and validation.",
  macs: "Over multiply-accumulates: 3 × those of a forward pass × images, since the backward pass costs twice the forward one.",
};

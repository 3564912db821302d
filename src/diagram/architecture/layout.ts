/** Lays out the parts of the architecture picture from top to bottom with dagre. A pure function that returns CSS pixels. */

import { Graph, layout } from "@dagrejs/dagre";
import { greatestOf, leastOf } from "../../core/numbers.ts";
import type { Shape } from "../../core/shape.ts";
import { formatCount } from "../../core/units.ts";
import type { Architecture, Frame, Part } from "./parts.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedPart extends Box {
  readonly part: Part;
  /** The lines below the title. */
  readonly lines: readonly string[];
}

export interface PlacedFrame extends Box {
  readonly frame: Frame;
}

export interface ArchitectureLayout {
  readonly width: number;
  readonly height: number;
  readonly parts: readonly PlacedPart[];
  readonly frames: readonly PlacedFrame[];
  /** The corner points of each edge, from its first to its last part. */
  readonly lines: readonly (readonly { readonly x: number; readonly y: number }[])[];
}

export const LINE_HEIGHT = 16;
export const PART_PADDING = 12;
/** Space for a frame's title. */
export const FRAME_TITLE = 22;
const FRAME_SIDE = 12;
const MARGIN = 16;
/** Mean widths of a character at 13 px bold and at 12 px, with some reserve because fonts differ. */
const TITLE_CHARACTER = 8.3;
const CHARACTER = 7.4;

export function layoutArchitecture({ parts, edges, frames }: Architecture): ArchitectureLayout {
  const graph = new Graph();
  graph.setGraph({
    rankdir: "TB",
    nodesep: 36,
    ranksep: frames.length > 0 ? 26 + FRAME_TITLE : 32,
    marginx: MARGIN + 2 * FRAME_SIDE,
    marginy: MARGIN + (frames.length > 0 ? 2 * FRAME_TITLE : 0),
    // This is the fast one of dagre's ranking algorithms that keep short edges short.
    ranker: "tight-tree",
  });
  graph.setDefaultEdgeLabel(() => ({}));
  const written = parts.map((part) => ({ part, lines: linesOf(part) }));
  for (const { part, lines } of written) graph.setNode(part.id, sizeOf(part, lines));
  for (const [from, to] of edges) graph.setEdge(from, to);
  layout(graph);

  const placed = written.map(({ part, lines }): PlacedPart => {
    const { x = 0, y = 0, width, height } = graph.node(part.id);
    return { part, lines, x: x - width / 2, y: y - height / 2, width, height };
  });
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    parts: placed,
    frames: framesAround(frames, placed),
    lines: edges.map(([from, to]) => graph.edge(from, to).points ?? []),
  };
}

/** Returns the frames with the outer ones first. */
function framesAround(
  frames: readonly Frame[],
  placed: readonly PlacedPart[],
): readonly PlacedFrame[] {
  const boxes = new Map(placed.map((box) => [box.part.id, box]));
  const holds = (outer: Frame, inner: Frame) =>
    outer !== inner && inner.parts.every((id) => outer.parts.includes(id));
  return frames
    .map((frame): PlacedFrame => {
      const inside = frame.parts.flatMap((id) => boxes.get(id) ?? []);
      // A frame around another frame gets twice the distance.
      const depth = frames.some((other) => holds(frame, other)) ? 2 : 1;
      const side = depth * FRAME_SIDE;
      const left = leastOf(inside.map(({ x }) => x)) - side;
      const top = leastOf(inside.map(({ y }) => y)) - depth * FRAME_TITLE;
      const right = greatestOf(inside.map(({ x, width }) => x + width)) + side;
      const bottom = greatestOf(inside.map(({ y, height }) => y + height)) + depth * 8;
      return { frame, x: left, y: top, width: right - left, height: bottom - top };
    })
    .sort((a, b) => b.frame.parts.length - a.frame.parts.length);
}

function sizeOf({ title }: Part, lines: readonly string[]) {
  const longest = greatestOf(lines.map((line) => line.length * CHARACTER));
  return {
    width: Math.ceil(Math.max(title.length * TITLE_CHARACTER, longest)) + 2 * PART_PADDING,
    height: (lines.length + 1) * LINE_HEIGHT + PART_PADDING,
  };
}

/** Writes the lines of Keras' `plot_model` with `show_shapes`: input and output shapes. */
function linesOf({ words, inputShapes, shape, params }: Part): readonly string[] {
  const inputs = [...new Set(inputShapes.map(writeShape))].join(", ");
  const times = inputShapes.length > 1 ? `${inputShapes.length} of ` : "";
  return [
    params === 0 ? words : `${words} · ${formatCount(params)} params`,
    ...(inputs === "" ? [] : [`in ${times}${inputs}`]),
    `out ${writeShape(shape)}`,
  ];
}

function writeShape(shape: Shape): string {
  return shape.join("×");
}

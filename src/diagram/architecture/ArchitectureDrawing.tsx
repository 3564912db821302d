/**
 * The architecture drawing in SVG. Every colour and font is set on its elements, so that it looks the same on the page and in a
 * file. It has no zoom and no state.
 */
import type { KeyboardEvent } from "react";
import {
  type ArchitectureLayout,
  FRAME_TITLE,
  LINE_HEIGHT,
  PART_PADDING,
  type PlacedPart,
} from "./layout.ts";
import type { PartKind } from "./parts.ts";

export interface Palette {
  readonly ink: string;
  readonly soft: string;
  readonly card: string;
  readonly frame: string;
  readonly line: string;
  readonly separable: string;
  readonly ordinary: string;
}

export interface ArchitectureDrawingProps {
  readonly layout: ArchitectureLayout;
  readonly palette: Palette;
  /** Folds or unfolds a part. Without it nothing can be pressed. */
  readonly onToggle?: ((id: string) => void) | undefined;
}

const FONT = "ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const BAR = 4;

export function ArchitectureDrawing({ layout, palette, onToggle }: ArchitectureDrawingProps) {
  return (
    <g fontFamily={FONT} fontSize={12} fill={palette.soft}>
      {layout.frames.map(({ frame, x, y, width, height }) => (
        <g key={frame.id} {...pressable(frame.id, `Fold ${frame.title}`, onToggle)}>
          <rect
            x={x}
            y={y}
            width={width}
            height={height}
            rx={10}
            fill={palette.frame}
            stroke={palette.line}
          />
          <text x={x + 10} y={y + FRAME_TITLE - 7} fontWeight={600}>
            {onToggle ? `− ${frame.title}` : frame.title}
          </text>
        </g>
      ))}
      {layout.lines.map((points) => {
        const path = pathThrough(points);
        return (
          <g key={path} fill="none" stroke={palette.soft} strokeWidth={1.3}>
            <path d={path} />
            <path d={arrowAt(points)} />
          </g>
        );
      })}
      {layout.parts.map((placed) => (
        <DrawnPart key={placed.part.id} placed={placed} palette={palette} onToggle={onToggle} />
      ))}
    </g>
  );
}

function DrawnPart({
  placed: { part, lines, x, y, width, height },
  palette,
  onToggle,
}: Omit<ArchitectureDrawingProps, "layout"> & { readonly placed: PlacedPart }) {
  const left = x + PART_PADDING;
  const colors: Readonly<Record<PartKind, string>> = {
    separable: palette.separable,
    ordinary: palette.ordinary,
    none: palette.line,
  };
  const color = colors[part.kind];
  const toggle = part.folded ? onToggle : undefined;
  return (
    <>
      <g {...pressable(part.id, `Unfold ${part.title}, ${lines.join(", ")}`, toggle)}>
        {part.folded && (
          <rect
            x={x + 4}
            y={y + 4}
            width={width}
            height={height}
            rx={7}
            fill={palette.frame}
            stroke={palette.line}
          />
        )}
        <rect
          x={x}
          y={y}
          width={width}
          height={height}
          rx={7}
          fill={palette.card}
          stroke={palette.line}
        />
        <rect x={x} y={y + 7} width={BAR} height={height - 14} fill={color} />
        <text x={left} y={y + 20} fontSize={13} fontWeight={600} fill={palette.ink}>
          {toggle ? `+ ${part.title}` : part.title}
        </text>
      </g>
      {/* This text is outside of the button, because a button's text is its accessible name. */}
      <g pointerEvents="none">
        {lines.map((line, index) => (
          <text key={line} x={left} y={y + 20 + (index + 1) * LINE_HEIGHT}>
            {line}
          </text>
        ))}
      </g>
    </>
  );
}

function pressable(id: string, name: string, onToggle: ArchitectureDrawingProps["onToggle"]) {
  if (onToggle === undefined) return {};
  return {
    role: "button",
    tabIndex: 0,
    "aria-label": name,
    className: "architecture-button",
    onClick: () => onToggle(id),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      onToggle(id);
    },
  };
}

type Points = ArchitectureLayout["lines"][number];

function pathThrough(points: Points): string {
  return points
    .map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${round(x)} ${round(y)}`)
    .join("");
}

/** Draws an arrowhead of two strokes at the end of a line, in the direction of its last segment. */
function arrowAt(points: Points): string {
  const [before, tip] = points.slice(-2);
  if (before === undefined || tip === undefined) return "";
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const stroke = (turn: number) =>
    `M${round(tip.x - 7 * Math.cos(angle + turn))} ${round(tip.y - 7 * Math.sin(angle + turn))}L${round(tip.x)} ${round(tip.y)}`;
  return stroke(0.45) + stroke(-0.45);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

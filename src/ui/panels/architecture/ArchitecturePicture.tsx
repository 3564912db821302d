/** The frame in which the architecture picture is zoomed and moved. */
import { memo, type RefObject } from "react";
import {
  ArchitectureDrawing,
  type Palette,
} from "../../../diagram/architecture/ArchitectureDrawing.tsx";
import type { ArchitectureLayout } from "../../../diagram/architecture/layout.ts";
import type { Zoom } from "../../../diagram/architecture/useZoom.ts";

const PALETTE: Palette = {
  ink: "var(--ink)",
  soft: "var(--soft)",
  card: "var(--card)",
  frame: "var(--mid)",
  line: "var(--control-line)",
  separable: "var(--sep)",
  ordinary: "var(--ord)",
};

/** Zooming moves the drawing without rendering it again. */
const Drawing = memo(ArchitectureDrawing);

export interface ArchitecturePictureProps {
  readonly frame: RefObject<SVGSVGElement | null>;
  readonly layout: ArchitectureLayout;
  readonly zoom: Zoom;
  readonly onToggle: (id: string) => void;
}

export function ArchitecturePicture({ frame, layout, zoom, onToggle }: ArchitecturePictureProps) {
  const { place, onKeyDown } = zoom;
  return (
    <div
      className="architecture-frame"
      role="figure"
      aria-label="Architecture"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what is moved by keys must be reachable by them
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the figure around it has the name, and a title would hover over it */}
      <svg ref={frame} width="100%" height="100%">
        <g transform={`translate(${place.x} ${place.y}) scale(${place.k})`}>
          <Drawing layout={layout} palette={PALETTE} onToggle={onToggle} />
        </g>
      </svg>
    </div>
  );
}

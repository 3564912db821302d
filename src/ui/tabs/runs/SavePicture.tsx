/** Buttons that save a plot as SVG and PNG, in light colours and with a legend. */
import type { ReactNode } from "react";
import { messageOf } from "../../../core/errors.ts";
import { pngFile, svgFile } from "../../../diagram/pictureFile.ts";
import { FILE_PALETTE, seriesStyle } from "../../../diagram/plots/plotPalette.ts";
import { saveFile } from "../../saveFile.ts";
import { Button } from "../../widgets/Button.tsx";
import { useToast } from "../../widgets/Toasts.tsx";

export interface PictureProps {
  readonly title: string;
  readonly size: { readonly width: number; readonly height: number };
  /** Draws with the colours for files. */
  readonly draw: () => ReactNode;
  readonly legend: readonly { readonly name: string; readonly index: number }[];
}

const LINE = 18;
const HEAD = 26;

export function SavePicture(
  props: PictureProps & { readonly name: string; readonly children?: ReactNode },
) {
  const { name, children } = props;
  const showToast = useToast();
  async function savePng(): Promise<void> {
    try {
      saveFile(
        `runs-${name}.png`,
        await pngFile(<PlotFile {...props} />, fileSize(props)),
        "image/png",
      );
    } catch (error) {
      showToast({ title: "No PNG", text: messageOf(error) });
    }
  }
  return (
    <div className="runs-actions">
      {children}
      <Button
        look="small"
        onClick={() =>
          saveFile(`runs-${name}.svg`, svgFile(<PlotFile {...props} />), "image/svg+xml")
        }
      >
        Save SVG
      </Button>
      <Button look="small" onClick={() => void savePng()}>
        Save PNG
      </Button>
    </div>
  );
}

function fileSize({ size, legend }: PictureProps) {
  return { width: size.width, height: HEAD + size.height + LINE * legend.length + 8 };
}

/** A whole picture: its title, the plot, and a line for each curve. */
export function PlotFile(props: PictureProps) {
  const { title, size, draw, legend } = props;
  const { width, height } = fileSize(props);
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
    >
      <title>{title}</title>
      <rect width="100%" height="100%" fill={FILE_PALETTE.card} />
      <g fontFamily="system-ui, sans-serif" fontSize={12} fill={FILE_PALETTE.ink}>
        <text x={12} y={18} fontWeight={600}>
          {title}
        </text>
        <g transform={`translate(0 ${HEAD})`}>{draw()}</g>
        {legend.map(({ name, index }, row) => {
          const { color, dash } = seriesStyle(FILE_PALETTE, index);
          const y = HEAD + size.height + LINE * (row + 0.5);
          return (
            <g key={name}>
              <line
                x1={12}
                x2={40}
                y1={y}
                y2={y}
                stroke={color}
                strokeWidth={3}
                strokeDasharray={dash}
              />
              <text x={48} y={y + 4}>
                {name}
              </text>
            </g>
          );
        })}
      </g>
    </svg>
  );
}

/** The architecture picture as it is saved, in the light colours. */
import { ArchitectureDrawing, type Palette } from "./ArchitectureDrawing.tsx";
import type { ArchitectureLayout } from "./layout.ts";

/** The light colours of the page (`ui/styles/tokens.css`), because files are printed and pasted into white documents. */
const LIGHT: Palette = {
  ink: "#14181f",
  soft: "#525b69",
  card: "#ffffff",
  frame: "#f4f5f7",
  line: "#868f9c",
  separable: "#0072b2",
  ordinary: "#d55e00",
};
const BACKGROUND = "#ffffff";

interface PictureFileProps {
  readonly title: string;
  readonly layout: ArchitectureLayout;
}

export function PictureFile({ title, layout }: PictureFileProps) {
  const { width, height } = layout;
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={Math.ceil(width)}
      height={Math.ceil(height)}
      viewBox={`0 0 ${Math.ceil(width)} ${Math.ceil(height)}`}
    >
      <title>{title}</title>
      <rect width="100%" height="100%" fill={BACKGROUND} />
      <ArchitectureDrawing layout={layout} palette={LIGHT} />
    </svg>
  );
}

/** Exports the architecture picture as standalone files, in the light colours. */
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
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

/** The longest side of a canvas in pixels that browsers accept. */
const MAX_SIDE = 16_000;

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

export function svgFile(title: string, layout: ArchitectureLayout): string {
  const host = document.createElement("div");
  const root = createRoot(host);
  flushSync(() => root.render(<PictureFile title={title} layout={layout} />));
  const [svg] = host.children;
  const text = svg === undefined ? "" : new XMLSerializer().serializeToString(svg);
  root.unmount();
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`;
}

/** Renders at twice the size of the SVG for sharp text, or smaller when a browser could not draw that. */
export async function pngFile(title: string, layout: ArchitectureLayout): Promise<Blob> {
  const { width, height } = layout;
  const scale = Math.min(2, MAX_SIDE / Math.max(width, height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgFile(title, layout))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error("The browser could not draw so large a picture."));
      else resolve(blob);
    }, "image/png");
  });
}

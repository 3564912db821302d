/** Turns what React draws into files with everything in them: SVG, PNG and HTML. */
import type { ReactElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

/** The longest side of a canvas in pixels that browsers accept. */
const MAX_SIDE = 16_000;

function rendered<T>(content: ReactElement, take: (host: HTMLElement) => T): T {
  const host = document.createElement("div");
  const root = createRoot(host);
  flushSync(() => root.render(content));
  const taken = take(host);
  root.unmount();
  return taken;
}

/** @param picture an `svg` element, which must name its colours by value */
export function svgFile(picture: ReactElement): string {
  const text = rendered(picture, ({ children: [svg] }) =>
    svg === undefined ? "" : new XMLSerializer().serializeToString(svg),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`;
}

/** Returns a whole document with its styles in it. */
export function htmlFile(title: string, styles: string, content: ReactElement): string {
  const page = document.implementation.createHTMLDocument(title);
  const [charset, style] = [page.createElement("meta"), page.createElement("style")];
  charset.setAttribute("charset", "utf-8");
  style.textContent = styles;
  page.head.prepend(charset);
  page.head.append(style);
  page.documentElement.lang = "en";
  page.body.innerHTML = rendered(content, (host) => host.innerHTML);
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
}

/**
 * Renders at twice the size of the SVG for sharp text, or smaller when a browser could not draw that.
 * @throws Error when the browser refuses
 */
export async function pngFile(
  picture: ReactElement,
  size: { readonly width: number; readonly height: number },
): Promise<Blob> {
  const { width, height } = size;
  const scale = Math.min(2, MAX_SIDE / Math.max(width, height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgFile(picture))}`;
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

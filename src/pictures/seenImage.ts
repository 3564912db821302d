/** Shows the image that the network gets, before its preparation, and lets a person swap light and dark in it. */

import type { StoredForm } from "../core/givenPicture.ts";
import type { PixelBatch } from "../core/pixelBatch.ts";
import { create } from "./elements.ts";

export interface SeenImage {
  readonly element: HTMLElement;
  readonly isSwapped: boolean;
  show(image: PixelBatch | undefined): void;
}

export function createSeenImage(stored: StoredForm, onSwap: () => void): SeenImage {
  const { height, width, channels } = stored;
  const canvas = create("canvas", {
    ...{ class: "seen-image", width: String(width), height: String(height) },
    ...{ role: "img", "aria-label": "The picture as the network sees it" },
  });
  const swap = create("input", { type: "checkbox", onchange: onSwap });
  const colours = channels === 1 ? "grey" : "colour";
  const words = create(
    "div",
    { class: "seen-words" },
    create("p", {}, `The network sees ${width} × ${height} pixels in ${colours}.`),
    create("label", { class: "seen-swap" }, swap, "Swap light and dark"),
  );
  return {
    element: create("div", { class: "seen" }, canvas, words),
    get isSwapped() {
      return swap.checked;
    },
    show(image) {
      const context = canvas.getContext("2d");
      if (context === null) return;
      context.clearRect(0, 0, width, height);
      if (image === undefined) return;
      const shown = context.createImageData(width, height);
      for (let at = 0; at < width * height; at += 1) {
        for (let channel = 0; channel < 3; channel += 1) {
          const from = image.channels === 1 ? at : 3 * at + channel;
          shown.data[4 * at + channel] = image.pixels[from] ?? 0;
        }
        shown.data[4 * at + 3] = 255;
      }
      context.putImageData(shown, 0, 0);
    },
  };
}

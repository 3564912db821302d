/** A square to draw on with a mouse, a finger or a pen. */
import { create, createButton } from "./elements.ts";

/** Pixels of the drawing; the page shows it at any size. */
const SIDE = 280;

export interface DrawingPad {
  readonly element: HTMLElement;
  /** Undefined while nothing is drawn. */
  take(): Promise<Blob | undefined>;
}

interface Stroke {
  readonly width: number;
  readonly points: { readonly x: number; readonly y: number }[];
}

/**
 * @param paper dark for networks whose images show light things on black, as MNIST's do.
 * @param onChange called when a stroke has ended, and when strokes were removed.
 */
export function createDrawingPad(paper: "dark" | "light", onChange: () => void): DrawingPad {
  const canvas = create("canvas", {
    class: "picture-square picture-pad",
    width: String(SIDE),
    height: String(SIDE),
    role: "img",
    "aria-label": "Drawing area, for a mouse, a finger or a pen",
  });
  const context = canvas.getContext("2d");
  const strokes: Stroke[] = [];
  /** The strokes that are being drawn, by pointer. */
  const drawing = new Map<number, Stroke>();
  const width = create("input", {
    ...{ type: "range", min: "6", max: "48", value: "22", class: "picture-pen" },
    "aria-label": "Pen width",
  });
  const hint = create("p", { class: "picture-words", "data-paper": paper }, "Draw here.");
  const clear = createButton("Clear", () => {
    strokes.length = 0;
    changed();
  });
  const undo = createButton("Undo", () => {
    strokes.pop();
    changed();
  });

  function paint(): void {
    if (context === null) return;
    context.fillStyle = paper === "dark" ? "#000" : "#fff";
    context.fillRect(0, 0, SIDE, SIDE);
    context.strokeStyle = paper === "dark" ? "#fff" : "#000";
    context.lineCap = "round";
    context.lineJoin = "round";
    for (const { width: lineWidth, points } of strokes) {
      const [first = { x: 0, y: 0 }, ...others] = points;
      context.lineWidth = lineWidth;
      context.beginPath();
      context.moveTo(first.x, first.y);
      // A line to its own start is a dot.
      for (const { x, y } of others.length === 0 ? [first] : others) context.lineTo(x, y);
      context.stroke();
    }
  }

  function changed(): void {
    paint();
    hint.hidden = strokes.length > 0;
    const isEmpty = strokes.length === 0;
    clear.disabled = isEmpty;
    undo.disabled = isEmpty;
    onChange();
  }

  const pointOf = (event: PointerEvent) => {
    const { left, top, width: shown, height } = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - left) / shown) * SIDE,
      y: ((event.clientY - top) / height) * SIDE,
    };
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    const stroke = { width: Number(width.value), points: [pointOf(event)] };
    drawing.set(event.pointerId, stroke);
    strokes.push(stroke);
    hint.hidden = true;
    paint();
  });
  canvas.addEventListener("pointermove", (event) => {
    const stroke = drawing.get(event.pointerId);
    if (stroke === undefined) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const move of between.length === 0 ? [event] : between) stroke.points.push(pointOf(move));
    paint();
  });
  const end = ({ pointerId }: PointerEvent) => {
    if (drawing.delete(pointerId)) changed();
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);

  paint();
  clear.disabled = true;
  undo.disabled = true;
  const pen = create("label", { class: "picture-pen-label" }, "Pen ", width);
  return {
    element: create(
      "div",
      { class: "picture-view" },
      create("div", { class: "picture-stage" }, canvas, hint),
      create("div", { class: "picture-tools" }, pen, undo, clear),
    ),
    take: async () => (strokes.length === 0 ? undefined : blobOf(canvas, "image/png")),
  };
}

/** Encodes what a canvas shows. */
export function blobOf(canvas: HTMLCanvasElement, type: string): Promise<Blob | undefined> {
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), type, 0.92));
}

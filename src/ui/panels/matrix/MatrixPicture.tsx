/**
 * Shows the whole matrix as a picture of one or more pixels per cell. Wheel, drag, pinch, buttons and keys zoom. The cell under
 * the pointer or the arrow keys is outlined and named.
 */
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { chartPalette } from "../../../charts/chartPalette.ts";
import { matrixImage } from "../../../charts/matrixImage.ts";
import { formatCount } from "../../../core/units.ts";
import { useZoom, ZOOM_STEP } from "../../../diagram/architecture/useZoom.ts";
import { shownTheme } from "../../../store/page/viewState.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { Button } from "../../widgets/Button.tsx";
import type { ShownCounts } from "./CellButton.tsx";
import type { MatrixProps } from "./evaluated.ts";

/** The zoom factors of the whole matrix and of a few cells. */
const EXTENT: readonly [number, number] = [1, 64];
const MOVES: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
const WHOLE = { x: 0, y: 0, k: 1 };

interface Cell {
  readonly row: number;
  readonly column: number;
}

export function MatrixPicture(props: ShownCounts & { readonly onPoint: MatrixProps["onPoint"] }) {
  const { counts, classes, onChoose, onPoint } = props;
  const numClasses = classes.length;
  const theme = usePlayground(({ view }) => shownTheme(view));
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState(0);
  const [cell, setCell] = useState<Cell | null>(null);
  const [words, setWords] = useState("");
  const goTo = useRef<(place: typeof WHOLE) => void>(() => {});
  const fit = useCallback(() => goTo.current(WHOLE), []);
  const zoom = useZoom(canvas, fit, EXTENT);
  goTo.current = zoom.goTo;
  const { place } = zoom;
  const side = (size * place.k) / numClasses;

  useEffect(() => {
    const element = canvas.current?.parentElement;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setSize(Math.max(0, Math.min(element.clientWidth, element.clientHeight))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const cells = useMemo(() => {
    const made = document.createElement("canvas");
    made.width = numClasses;
    made.height = numClasses;
    const palette = chartPalette(document.documentElement, theme);
    made.getContext("2d")?.putImageData(matrixImage(counts, numClasses, palette), 0, 0);
    return { image: made, ink: palette.ink };
  }, [counts, numClasses, theme]);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || size === 0) return;
    const ratio = window.devicePixelRatio;
    context.canvas.width = Math.round(size * ratio);
    context.canvas.height = Math.round(size * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(cells.image, place.x, place.y, size * place.k, size * place.k);
    if (cell === null) return;
    context.strokeStyle = cells.ink;
    context.lineWidth = 2;
    const outlined = Math.max(side, 6);
    const middle = (at: number, start: number) => start + (at + 0.5) * side - outlined / 2;
    context.strokeRect(middle(cell.column, place.x), middle(cell.row, place.y), outlined, outlined);
  }, [cells, cell, place, size, side]);

  const point = (next: Cell | null): void => {
    setCell(next);
    if (next === null) {
      onPoint?.(null);
      return;
    }
    const { row, column } = next;
    const count = counts[row * numClasses + column] ?? 0;
    const total = counts
      .subarray(row * numClasses, (row + 1) * numClasses)
      .reduce((sum, own) => sum + own, 0);
    const rowShare = total === 0 ? 0 : count / total;
    onPoint?.({ trueClass: row, predictedClass: column, count, rowShare });
    const taken = row === column ? "recognised" : `taken for ${classes[column]}`;
    setWords(`${classes[row]} ${taken}: ${formatCount(count)}`);
  };
  const cellAt = ({ offsetX, offsetY }: MouseEvent): Cell | null => {
    const at = (offset: number, start: number) => Math.floor((offset - start) / side);
    const found = { row: at(offsetY, place.y), column: at(offsetX, place.x) };
    const isInside = [found.row, found.column].every((index) => index >= 0 && index < numClasses);
    return isInside ? found : null;
  };
  const open = (chosen: Cell | null): void => {
    if (chosen !== null) onChoose({ trueClass: chosen.row, predictedClass: chosen.column });
  };
  /** Scrolls so that the cell selected by keyboard stays visible. */
  const show = ({ row, column }: Cell): void => {
    const into = (start: number, index: number) =>
      Math.min(-index * side, Math.max(size - (index + 1) * side, start));
    const [x, y] = [into(place.x, column), into(place.y, row)];
    if (x !== place.x || y !== place.y) zoom.goTo({ x, y, k: place.k });
  };
  /** Zooms with the selected cell in the middle, as far as the edges allow, or around the middle. */
  const scaleBy = (factor: number): void => {
    if (cell === null) {
      zoom.scaleBy(factor);
      return;
    }
    const [least, most] = EXTENT;
    const k = Math.min(most, Math.max(least, place.k * factor));
    const around = (index: number) => {
      const middle = ((index + 0.5) * size * k) / numClasses;
      return Math.min(0, Math.max(size * (1 - k), size / 2 - middle));
    };
    zoom.goTo({ x: around(cell.column), y: around(cell.row), k });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = MOVES[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") open(cell);
    else if (event.key === "+" || event.key === "=") scaleBy(ZOOM_STEP);
    else if (event.key === "-") scaleBy(1 / ZOOM_STEP);
    else if (step === undefined) {
      zoom.onKeyDown(event);
      return;
    } else {
      const clamp = (index: number) => Math.min(numClasses - 1, Math.max(0, index));
      const from = cell ?? { row: 0, column: -1 };
      const next = { row: clamp(from.row + step[0]), column: clamp(from.column + step[1]) };
      point(next);
      show(next);
    }
    event.preventDefault();
  };

  return (
    <div className="matrix-picture">
      <div
        className="matrix-canvas"
        role="application"
        aria-label="Picture of the matrix: arrows go from cell to cell, plus and minus zoom, Enter shows the images"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is moved by keys must be reachable by them
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <canvas
          ref={canvas}
          style={{ width: size, height: size }}
          onPointerMove={({ nativeEvent }) => point(cellAt(nativeEvent))}
          onPointerLeave={() => point(null)}
          onClick={({ nativeEvent }) => open(cellAt(nativeEvent))}
          aria-hidden
        />
      </div>
      <div className="matrix-zoom">
        <Button look="tiny" onClick={() => scaleBy(ZOOM_STEP ** 3)}>
          Zoom in
        </Button>
        <Button look="tiny" onClick={() => scaleBy(ZOOM_STEP ** -3)}>
          Zoom out
        </Button>
        <Button look="tiny" onClick={fit}>
          Whole matrix
        </Button>
      </div>
      <output className="chart-description">{words}</output>
    </div>
  );
}

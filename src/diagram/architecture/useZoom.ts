/** Zooms and pans a picture: by wheel, drag and pinch with d3-zoom, and by keys and buttons. */
import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomBehavior, zoom, zoomIdentity } from "d3-zoom";
import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

export interface Zoom {
  readonly place: Place;
  /** Zooms by a factor around the middle of the frame. */
  readonly scaleBy: (factor: number) => void;
  readonly goTo: (place: Place) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export const ZOOM_STEP = 1.3;
const KEY_STEP = 60;

/** The smallest and the largest zoom factor. */
const EXTENT: readonly [number, number] = [0.02, 4];

export function useZoom<E extends HTMLElement | SVGSVGElement>(
  frame: RefObject<E | null>,
  fit: () => void,
  extent = EXTENT,
): Zoom {
  const [place, setPlace] = useState<Place>(zoomIdentity);
  const behavior = useRef<ZoomBehavior<E, unknown> | null>(null);

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const made = zoom<E, unknown>()
      .scaleExtent([...extent])
      .on("zoom", ({ transform }: D3ZoomEvent<E, unknown>) => {
        setPlace({ x: transform.x, y: transform.y, k: transform.k });
      });
    behavior.current = made;
    // A double click folds and unfolds, so it must not zoom.
    select(element).call(made).on("dblclick.zoom", null);
    return () => {
      select(element).on(".zoom", null);
    };
  }, [frame, extent]);

  const act = useCallback(
    (change: (made: ZoomBehavior<E, unknown>, element: E) => void) => {
      if (behavior.current !== null && frame.current !== null)
        change(behavior.current, frame.current);
    },
    [frame],
  );
  const scaleBy = useCallback(
    (factor: number) => act((made, element) => made.scaleBy(select(element), factor)),
    [act],
  );
  const goTo = useCallback(
    ({ x, y, k }: Place) =>
      act((made, element) =>
        made.transform(select(element), zoomIdentity.translate(x, y).scale(k)),
      ),
    [act],
  );
  const moveBy = (x: number, y: number) => goTo({ x: place.x + x, y: place.y + y, k: place.k });

  const keys: Readonly<Record<string, () => void>> = {
    "+": () => scaleBy(ZOOM_STEP),
    "=": () => scaleBy(ZOOM_STEP),
    "-": () => scaleBy(1 / ZOOM_STEP),
    "0": fit,
    ArrowUp: () => moveBy(0, KEY_STEP),
    ArrowDown: () => moveBy(0, -KEY_STEP),
    ArrowLeft: () => moveBy(KEY_STEP, 0),
    ArrowRight: () => moveBy(-KEY_STEP, 0),
  };
  return {
    place,
    scaleBy,
    goTo,
    onKeyDown: (event) => {
      const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    },
  };
}

/**
 * Computes the initial and later positions of the architecture picture in its frame. Pure except for reading the frame's size.
 */
import type { ArchitectureLayout, Box } from "../../../diagram/architecture/layout.ts";
import type { Place } from "../../../diagram/architecture/useZoom.ts";

interface FrameSize {
  readonly clientWidth: number;
  readonly clientHeight: number;
}

/** Fits the whole picture into the frame, never larger than its natural size. */
export function wholePlace({ width, height }: ArchitectureLayout, frame: FrameSize | null): Place {
  const { clientWidth = 1, clientHeight = 1 } = frame ?? {};
  const k = Math.min(1, clientWidth / width, clientHeight / height);
  return { x: (clientWidth - width * k) / 2, y: (clientHeight - height * k) / 2, k };
}

/** Shows the top of the picture, as wide as fits and legible. */
export function startPlace({ width }: ArchitectureLayout, frame: FrameSize | null): Place {
  const { clientWidth = 1 } = frame ?? {};
  const k = Math.max(0.6, Math.min(1, clientWidth / width));
  return { x: (clientWidth - width * k) / 2, y: 0, k };
}

/** Keeps the pressed part, or its frame, at the same position on the screen. */
export function keptPlace(
  place: Place,
  before: ArchitectureLayout,
  after: ArchitectureLayout,
  id: string,
): Place {
  const [from, to] = [boxOf(before, id), boxOf(after, id)];
  if (from === undefined || to === undefined) return place;
  const { k } = place;
  const centre = (box: Box) => box.x + box.width / 2;
  return { x: place.x + (centre(from) - centre(to)) * k, y: place.y + (from.y - to.y) * k, k };
}

function boxOf({ parts, frames }: ArchitectureLayout, id: string): Box | undefined {
  return parts.find(({ part }) => part.id === id) ?? frames.find(({ frame }) => frame.id === id);
}

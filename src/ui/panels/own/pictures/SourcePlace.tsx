/** The picture source, which is plain DOM, in a place of the page. */
import { type RefObject, useEffect, useRef } from "react";
import {
  createPictureSource,
  type PictureSource,
  type SourceState,
} from "../../../../pictures/pictureSource.ts";

export interface SourcePlaceProps {
  readonly paper: "dark" | "light";
  readonly onState: (state: SourceState) => void;
  /** Set while the source exists. */
  readonly source: RefObject<PictureSource | null>;
}

export function SourcePlace({ paper, onState, source }: SourcePlaceProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return;
    const created = createPictureSource({
      modes: ["camera", "draw", "file"],
      paper,
      // A drop beside the source would be taken by the page below the dialog.
      area: place.current.closest<HTMLElement>(".dialog") ?? place.current,
      onState,
    });
    place.current.append(created.element);
    source.current = created;
    return () => {
      created.dispose();
      created.element.remove();
      source.current = null;
    };
  }, [paper, onState, source]);
  return <div className="taken-source" ref={place} />;
}

/** A panel with a heading, and room for a short note beside it. */
import { type ReactNode, useId } from "react";
import { PanelBoundary } from "./PanelBoundary.tsx";

export interface CardProps {
  readonly title: string;
  /** A short text or a legend at the right of the heading. */
  readonly note?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  /** Makes the card a region with this name. Without it the card is a plain group. */
  readonly region?: string;
  readonly id?: string;
}

export function Card({ title, note, children, className = "", region, id }: CardProps) {
  const Element = region === undefined ? "div" : "section";
  const titleId = useId();
  return (
    <Element id={id} className={`card ${className}`} aria-label={region}>
      <div className="card-head">
        <h2 id={titleId} className="card-title">
          {title}
        </h2>
        {note !== undefined && <div className="card-note">{note}</div>}
      </div>
      <PanelBoundary title={title}>{children}</PanelBoundary>
    </Element>
  );
}

/** A frame that scrolls what is too wide or too long, by pointer, touch and keyboard. */
import type { ReactNode } from "react";

export interface ScrollFrameProps {
  /** The accessible name. */
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

export function ScrollFrame({ label, className, children }: ScrollFrameProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div className={className} role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

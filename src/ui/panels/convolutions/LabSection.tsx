/** A part of the laboratory: a heading, a sentence on what there is to see, and what there is. */
import { type ReactNode, useId } from "react";

export interface LabSectionProps {
  /** For the menu's links. */
  readonly id: string;
  readonly title: string;
  readonly sentence: ReactNode;
  readonly children: ReactNode;
}

export function LabSection({ id, title, sentence, children }: LabSectionProps) {
  const titleId = useId();
  return (
    <section id={id} className="card lab-section" aria-labelledby={titleId}>
      <h2 id={titleId} className="lab-title">
        {title}
      </h2>
      <p className="lab-sentence">{sentence}</p>
      {children}
    </section>
  );
}

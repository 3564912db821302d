/** A section of the laboratory: a heading, one sentence of explanation, and the contents. */
import { type ReactNode, useId } from "react";

export interface LabSectionProps {
  /** The anchor for the menu's links. */
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

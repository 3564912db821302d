/** The words of a control: its explanation for those who cannot see the popup, and what is wrong with it. */

export interface FieldWordsProps {
  /** Of the field; what describes the control is made of it, by `describedBy`. */
  readonly id: string;
  readonly help: string;
  readonly problem: string | undefined;
}

export function FieldWords({ id, help, problem }: FieldWordsProps) {
  return (
    <>
      <p id={`${id}-help`} className="visually-hidden">
        {help}
      </p>
      <div aria-live="polite">
        {problem !== undefined && (
          <p id={`${id}-problem`} className="field-problem">
            {problem}
          </p>
        )}
      </div>
    </>
  );
}

/** The control's `aria-describedby`: those of its words that are there. */
export function describedBy({ id, problem }: Omit<FieldWordsProps, "help">): string {
  return problem === undefined ? `${id}-help` : `${id}-help ${id}-problem`;
}

/** The texts of a control: its explanation for screen readers, and its error. */

export interface FieldWordsProps {
  /** The field's id. `describedBy` derives the ids of the descriptions from it. */
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

/**
 * Returns the control's `aria-describedby`: the ids of the texts that exist.
 * @param remark the id of another text about the control
 */
export function describedBy({
  id,
  problem,
  remark,
}: Omit<FieldWordsProps, "help"> & { readonly remark?: string | undefined }): string {
  return [`${id}-help`, remark, problem === undefined ? undefined : `${id}-problem`]
    .filter((text) => text !== undefined)
    .join(" ");
}

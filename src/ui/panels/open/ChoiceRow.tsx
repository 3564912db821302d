/** One of several answers to a question about a model, with the accuracy that it gives. */
import { formatPercent } from "../../../core/units.ts";

export function ChoiceRow(props: {
  /** The name that the rows of one question share. */
  readonly group: string;
  readonly label: string;
  readonly isChosen: boolean;
  /** A share; undefined when it is not known. */
  readonly accuracy: number | undefined;
  readonly onChoose: () => void;
}) {
  const { group, label, isChosen, accuracy, onChoose } = props;
  return (
    <label className="open-row">
      <input type="radio" name={group} checked={isChosen} onChange={onChoose} />
      <span>{label}</span>
      {accuracy !== undefined && <b translate="no">{formatPercent(accuracy)}</b>}
      {accuracy !== undefined && (
        <span className="open-bar" aria-hidden>
          <i style={{ width: `${accuracy * 100}%` }} />
        </span>
      )}
    </label>
  );
}

/** The scales that a model's images may have had, with the accuracy by each. */
import { useId } from "react";
import { FIELDS } from "../../../settings/fields.ts";
import type { Preparation } from "../../../settings/settings.ts";
import { ChoiceRow } from "./ChoiceRow.tsx";

export function TrialTable(props: {
  readonly preparations: readonly Preparation[];
  readonly chosen: Preparation | null;
  /** A share; undefined when it is not known. */
  readonly accuracyOf: (preparation: Preparation) => number | undefined;
  readonly words: string;
  readonly onChoose: (preparation: Preparation) => void;
}) {
  const { preparations, chosen, accuracyOf, words, onChoose } = props;
  const group = useId();
  return (
    <fieldset className="open-choice">
      <legend>Scale of its images</legend>
      <p aria-live="polite">{words}</p>
      {preparations.map((preparation) => (
        <ChoiceRow
          key={preparation}
          group={group}
          label={
            FIELDS.preparation.options.find(({ value }) => value === preparation)?.label ??
            preparation
          }
          isChosen={preparation === chosen}
          accuracy={accuracyOf(preparation)}
          onChoose={() => onChoose(preparation)}
        />
      ))}
    </fieldset>
  );
}

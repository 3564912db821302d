/** The orders that a model's outputs may have, with the accuracy by each. */
import { useId } from "react";
import type { OrderChoice } from "../../../store/model/trial.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { ChoiceRow } from "./ChoiceRow.tsx";

const LABELS: Readonly<Record<OrderChoice["by"], string>> = {
  place: "The order of the data's classes",
  names: "The order of the names in the file",
  images: "The order that its answers suggest",
};

export function OrderTable(props: {
  readonly orders: readonly OrderChoice[];
  /** A place in `orders`. */
  readonly chosen: number;
  /** A share; undefined when it is not known. */
  readonly accuracyOf: (place: number) => number | undefined;
  readonly onChoose: (place: number) => void;
}) {
  const { orders, chosen, accuracyOf, onChoose } = props;
  const classes = usePlayground(({ dataSet }) => dataSet.description?.classes);
  const group = useId();
  const outputs = orders[chosen]?.order ?? [];
  return (
    <fieldset className="open-choice">
      <legend>Order of its outputs</legend>
      <p>
        Which output stands for which class:{" "}
        {outputs.map((output, place) => `${output + 1} ${classes?.[place] ?? place}`).join(", ")}.
      </p>
      {orders.map(({ by }, place) => (
        <ChoiceRow
          key={by}
          group={group}
          label={LABELS[by]}
          isChosen={place === chosen}
          accuracy={accuracyOf(place)}
          onChoose={() => onChoose(place)}
        />
      ))}
    </fieldset>
  );
}

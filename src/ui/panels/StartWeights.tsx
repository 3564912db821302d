/** Says above the controls which layers start from the chosen weights and which do not. It loads with the choice. */
import { ChevronRight } from "lucide-react";
import { formatCount } from "../../core/units.ts";
import {
  matchWeights,
  trainedShapes,
  type WeightMatch,
  weightShapes,
} from "../../network/matchWeights.ts";
import { asTrained } from "../../settings/asTrained.ts";
import type { Settings } from "../../settings/settings.ts";
import { networkOf } from "../../store/settings/derived.ts";
import type { ChosenRun } from "../../store/store.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";

export function StartWeights() {
  const actions = useActions();
  const chosen = usePlayground((state) => state.chosenWeights);
  const settings = usePlayground((state) => state.settings.values);
  const numClasses = usePlayground(
    ({ dataSet }) => dataSet.description?.classes.length ?? settings.classes,
  );
  const match = chosen && matchOf(chosen, settings, numClasses);
  return (
    <section className="recipe-note" aria-label="Chosen weights">
      {chosen === null ? (
        <p>
          No weights are chosen. Open a run in Runs and press Continue with its weights, or set Base
          weights to another choice.
        </p>
      ) : (
        <p>
          The next run starts from the weights of <b>{chosen.title}</b>
          {match === null ? "." : `: ${matchText(match)}.`}
        </p>
      )}
      {match !== null && <Layers match={match} />}
      <div className="recipe-changes">
        <Button look="link" onClick={() => actions.setView({ tab: "runs" })}>
          Choose in Runs
        </Button>
        <Button look="link" onClick={() => actions.setValue("base", "none")}>
          Start from new weights
        </Button>
      </div>
    </section>
  );
}

/** Returns `null` when the settings give no network. */
function matchOf(chosen: ChosenRun, settings: Settings, numClasses: number): WeightMatch | null {
  const theirs = networkOf(asTrained(chosen.settings, chosen.numClasses).settings);
  const ours = networkOf(asTrained(settings, numClasses).settings);
  if (!theirs.ok || !ours.ok) return null;
  const { from } = chosen;
  // A file may lack the head, and its head may have another number of units.
  const shapes =
    "weights" in from ? trainedShapes(theirs.graph, from.weights) : weightShapes(theirs.graph);
  return matchWeights(shapes, ours.graph);
}

function matchText({ taken, fresh }: WeightMatch): string {
  const total = taken.length + fresh.length;
  if (fresh.length === 0) return `all ${formatCount(total)} layers with weights match`;
  return `${formatCount(taken.length)} of ${formatCount(total)} layers with weights match by name and shape, the others start anew`;
}

function Layers({ match: { taken, fresh } }: { readonly match: WeightMatch }) {
  return (
    <details className="recipe-notes">
      <summary>
        <ChevronRight size={14} className="group-mark" aria-hidden />
        Layers that match and that do not
      </summary>
      <ul>
        {fresh.map(({ layer, reason }) => (
          <li key={layer}>
            <b>{layer}</b> starts anew: {reason}
          </li>
        ))}
        {taken.length > 0 && <li>These match: {taken.join(", ")}.</li>}
      </ul>
    </details>
  );
}

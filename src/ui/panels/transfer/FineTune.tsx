/** Offers, while a run trains with frozen layers, to train all of them from its next step on. */
import { formatCount } from "../../../core/units.ts";
import { useActions, usePlayground } from "../../PlaygroundContext.tsx";
import { Button } from "../../widgets/Button.tsx";

/** Fine-tuning takes steps of this share of the rate before, as Keras' guide to transfer learning advises. */
const RATE_SHARE = 0.1;

export function FineTune() {
  const actions = useActions();
  const settings = usePlayground(({ run }) => run.settings);
  if (settings === null || settings.frozenLayers === 0) return null;
  const learningRate = Number((settings.learningRate * RATE_SHARE).toPrecision(6));
  return (
    <section className="recipe-note" aria-label="Second phase">
      <p>
        The first {formatCount(settings.frozenLayers)} layers of this run are frozen. Once the new
        head has settled, train all of them from the next step on, at a learning rate of{" "}
        {learningRate}. The curve shows the place.
      </p>
      <div className="recipe-changes">
        <Button look="small" onClick={() => actions.setValues({ frozenLayers: 0, learningRate })}>
          Unfreeze and fine-tune
        </Button>
      </div>
    </section>
  );
}

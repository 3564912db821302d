/**
 * An opened model before it is used: its counts and layers, and the questions that its file does not answer: which preparation
 * its images had, and which output stands for which class.
 */
import { useState } from "react";
import { formatCount } from "../../../core/units.ts";
import { type OpenedModel, settingsOf } from "../../../interop/classifier/openedModel.ts";
import { hasTwin, openNetwork } from "../../../network/networks/opened.ts";
import type { Preparation } from "../../../settings/settings.ts";
import { inOrder, type Judgement } from "../../../store/model/trial.ts";
import { useActions, usePlayground } from "../../PlaygroundContext.tsx";
import { Button } from "../../widgets/Button.tsx";
import { FileLayers } from "./FileLayers.tsx";
import { OrderTable } from "./OrderTable.tsx";
import { TrialTable } from "./TrialTable.tsx";
import { useTrial } from "./useTrial.ts";

export function OpenedView({
  model,
  onClose,
}: {
  readonly model: OpenedModel;
  readonly onClose: () => void;
}) {
  const { title, origin, analysis, numOutputs, classes, notes, hindrance } = model;
  const { layers, params, macs } = analysis;
  return (
    <section aria-label="Opened model" className="opened">
      <h3 translate="no">{title}</h3>
      <p>
        {origin}: {formatCount(layers.length)} layers, {formatCount(params)} parameters,{" "}
        {formatCount(macs)} multiplications for an image of {layers[0]?.shape.join(" × ")},{" "}
        {numOutputs === 0 ? "no head" : `${formatCount(numOutputs)} outputs`}
        {classes === undefined ? "" : `: ${classes.join(", ")}`}.{" "}
        {!hasTwin(model.graph) &&
          "It has no convolution that the other kind could replace, and so no twin to race."}
      </p>
      {notes.length > 0 && (
        <ul className="open-notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <FileLayers
        layers={layers.map(({ layer, shape }) => ({ name: layer.name, type: layer.type, shape }))}
      />
      {hindrance === null ? (
        <Questions model={model} onClose={onClose} />
      ) : (
        <p className="field-problem" role="alert">
          {hindrance} What was open stays.
        </p>
      )}
    </section>
  );
}

function Questions({
  model,
  onClose,
}: {
  readonly model: OpenedModel;
  readonly onClose: () => void;
}) {
  const actions = useActions();
  const { values: now, recipeId, restrictions } = usePlayground((state) => state.settings);
  const trial = useTrial(model);
  const { judgement } = trial;
  const [chosen, setChosen] = useState<Preparation | null>(null);
  const [chosenOrder, setOrder] = useState<number | null>(null);
  const { guess } = model;
  const stated = guess?.isStated ? guess.preparation : undefined;
  const preparation =
    chosen ?? stated ?? judgement?.best?.preparation ?? guess?.preparation ?? null;
  const named = Math.max(0, judgement?.orders.findIndex(({ by }) => by === "names") ?? 0);
  const order = chosenOrder ?? judgement?.best?.order ?? named;
  const isLocked = restrictions.locked.includes("network");

  function use(): void {
    if (preparation === null) return;
    const used = inOrder(model, judgement?.orders[order]?.order ?? []);
    const { title, graph, weights, numOutputs, classes } = used;
    const network = openNetwork(title, graph);
    const settings = settingsOf(used, network, now, preparation);
    if (weights === undefined) actions.restoreSettings(recipeId, settings);
    else {
      const from = { network, weights };
      actions.continueFrom(recipeId, { title, from, settings, numClasses: numOutputs, classes });
    }
    onClose();
  }

  return (
    <>
      <TrialTable
        preparations={model.preparations}
        chosen={preparation}
        accuracyOf={accuracyOf(judgement, order)}
        words={
          trial.isTrying ? trial.words : `${trial.words} ${reasonOf(model, judgement, preparation)}`
        }
        onChoose={setChosen}
      />
      {judgement && judgement.orders.length > 1 && (
        <OrderTable
          orders={judgement.orders}
          chosen={order}
          accuracyOf={(at) =>
            judgement.judged.find((one) => one.preparation === preparation)?.accuracies[at]
          }
          onChoose={setOrder}
        />
      )}
      <div className="open-use">
        <Button look="primary" disabled={preparation === null || isLocked} onClick={use}>
          Use this model
        </Button>
        <span>
          {isLocked
            ? "Whoever sent the link locked the architecture."
            : preparation === null
              ? "Choose how its images were scaled first."
              : `It becomes the page's network, and its scale the preparation. Settings of training and data stay. Runs keep it with their checkpoints; without a run, a reload of the page forgets it.`}
        </span>
      </div>
    </>
  );
}

function accuracyOf(judgement: Judgement | null, order: number) {
  return (preparation: Preparation) =>
    judgement?.judged.find((one) => one.preparation === preparation)?.accuracies[order];
}

/** Says why a scale is chosen beforehand, or that nothing speaks for one. */
function reasonOf(
  { guess }: OpenedModel,
  judgement: Judgement | null,
  preparation: Preparation | null,
): string {
  if (judgement?.best && !guess?.isStated) return "The most accurate scale is chosen.";
  if (guess !== undefined) return `A scale is chosen because ${guess.reason}.`;
  return preparation === null ? "Nothing speaks for one of them: choose." : "";
}

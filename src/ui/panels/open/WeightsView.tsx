/** Opened weights without a description of their layers: the recipes into whose networks they go, and how much of them fits. */
import { useId, useState } from "react";
import { messageOf } from "../../../core/errors.ts";
import { formatCount } from "../../../core/units.ts";
import type { WeightsFile } from "../../../interop/importedModel.ts";
import {
  changesForWeights,
  type NamedWeights,
  settingsForWeights,
  weightsInto,
} from "../../../interop/weightsFile.ts";
import { buildNetwork } from "../../../network/networks/registry.ts";
import { isOwnDataSet } from "../../../settings/ownData.ts";
import { recipeById } from "../../../settings/recipes/registry.ts";
import type { Settings } from "../../../settings/settings.ts";
import { useActions, usePlayground } from "../../PlaygroundContext.tsx";
import { Button } from "../../widgets/Button.tsx";

/** The recipes with the network of Keras Applications' Xception, whose ImageNet weights people have. */
const RECIPE_IDS = ["paper", "reproduction", "transfer"];

interface Target {
  /** Undefined for the network as it is set. */
  readonly recipeId: string | undefined;
  readonly label: string;
  readonly settings: Settings;
  readonly named: NamedWeights;
  readonly words: string;
}

export function WeightsView({
  title,
  file,
  onClose,
}: {
  readonly title: string;
  readonly file: WeightsFile;
  readonly onClose: () => void;
}) {
  const actions = useActions();
  const group = useId();
  const { values: now, recipeId, restrictions } = usePlayground((state) => state.settings);
  const [{ targets, reason }] = useState(() => targetsFor(file, title, now));
  const own = targets.findIndex((target) => target.recipeId === recipeId);
  const [chosen, setChosen] = useState(Math.max(0, own));
  const isLocked = restrictions.locked.includes("network");
  const numNumbers = file.groups
    .flatMap(({ arrays }) => arrays)
    .reduce((sum, { values }) => sum + values.length, 0);

  function use(): void {
    const target = targets[chosen];
    if (target === undefined) return;
    const { settings, named } = target;
    const from = { weights: named.weights };
    const { classes: numClasses } = settings;
    actions.continueFrom(target.recipeId ?? recipeId, { title, from, settings, numClasses });
    onClose();
  }

  return (
    <section aria-label="Opened weights" className="opened">
      <h3 translate="no">{title}</h3>
      <p>
        {file.origin}: {formatCount(file.groups.length)} layers with weights,{" "}
        {formatCount(numNumbers)} numbers. The file does not describe its layers, so its weights go
        into a network of this page by the names of the layers.
      </p>
      {targets.length === 0 ? (
        <p className="field-problem" role="alert">
          {reason} What was open stays.
        </p>
      ) : (
        <>
          <fieldset className="open-choice">
            <legend>Recipe</legend>
            {targets.map(({ label, words }, at) => (
              <label className="open-target" key={label}>
                <input
                  type="radio"
                  name={group}
                  checked={at === chosen}
                  onChange={() => setChosen(at)}
                />
                <span>
                  <b>{label}</b>: {words}
                </span>
              </label>
            ))}
          </fieldset>
          <div className="open-use">
            <Button look="primary" disabled={isLocked} onClick={use}>
              Use these weights
            </Button>
            <span>
              {isLocked
                ? "Whoever sent the link locked the architecture."
                : "Runs start from them. The head is new where the data has another number of classes. Runs keep their weights; without a run, a reload of the page forgets the file."}
            </span>
          </div>
        </>
      )}
    </section>
  );
}

interface Targets {
  /** Those that the weights fit. */
  readonly targets: readonly Target[];
  /** Why they do not fit the network as it is set, or the paper's. */
  readonly reason: string;
}

function targetsFor(file: WeightsFile, title: string, now: Settings): Targets {
  const targets: Target[] = [];
  const reasons: string[] = [];
  const recipes = RECIPE_IDS.map((id) => {
    const { title: label, settings } = recipeById(id);
    return { recipeId: id, label, settings: settingsForWeights(file, withOwnData(settings, now)) };
  });
  const asSet = {
    ...now,
    base: "chosen",
    preparation: file.preparation ?? now.preparation,
  } as const;
  const others = [{ recipeId: undefined, label: "The network as it is set", settings: asSet }];
  for (const { recipeId, label, settings } of [...others, ...recipes]) {
    try {
      const named = weightsInto(file, buildNetwork(settings), title);
      const before = recipeId === undefined ? now : recipeById(recipeId).settings;
      targets.push({ recipeId, label, settings, named, words: wordsOf(named, before, settings) });
    } catch (error) {
      reasons.push(messageOf(error));
    }
  }
  return { targets, reason: reasons[0] ?? "" };
}

/** A person's own files stay the data. */
function withOwnData(recipe: Settings, now: Settings): Settings {
  return isOwnDataSet(now.dataSet) ? { ...recipe, dataSet: now.dataSet } : recipe;
}

function wordsOf({ match }: NamedWeights, before: Settings, after: Settings): string {
  const { taken, fresh } = match;
  const total = formatCount(taken.length + fresh.length);
  const fits =
    fresh.length === 0
      ? `all ${total} layers with weights match`
      : `${formatCount(taken.length)} of ${total} layers with weights match; new is ${fresh
          .map(({ layer, reason }) => `${layer} (${reason})`)
          .join(", ")}`;
  const changes = changesForWeights(before, after);
  return `${fits}.${changes === "" ? "" : ` It is set to ${changes}.`}`;
}

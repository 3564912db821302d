/** The settings from the table of fields, in three groups that fold. */
import { ChevronDown, ChevronRight, Redo2, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { applies } from "../../settings/applies.ts";
import { FIELDS, SETTING_KEYS } from "../../settings/fields.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import { type ControlGroup, toggled } from "../../store/page/viewState.ts";
import { isActive } from "../../store/run/runState.ts";
import { whyUntrainable } from "../../store/settings/derived.ts";
import { changedFromRecipe, DEFAULT_RECIPE_ID } from "../../store/settings/settingsState.ts";
import { useActions, usePlayground, usePlaygroundRecord } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";
import { lazyPlace } from "../widgets/lazyPart.tsx";
import { PanelBoundary } from "../widgets/PanelBoundary.tsx";
import { SettingField } from "../widgets/SettingField.tsx";
import { DataStatus } from "./DataStatus.tsx";

const RecipeNotes = lazyPlace("Notes", async () => (await import("./RecipeNotes.tsx")).RecipeNotes);

const RestrictionNote = lazyPlace(
  "What is locked",
  async () => (await import("./share/RestrictionNote.tsx")).RestrictionNote,
  null,
);

const FineTune = lazyPlace(
  "Second phase",
  async () => (await import("./transfer/FineTune.tsx")).FineTune,
  null,
);

const StartWeights = lazyPlace(
  "Chosen weights",
  async () => (await import("./StartWeights.tsx")).StartWeights,
  null,
);

const TITLES: Readonly<Record<ControlGroup, string>> = {
  network: "Network",
  training: "Training",
  data: "Data",
};

export function ControlsPanel() {
  const isRestricted = usePlayground(
    ({ settings }) => settings.restrictions.locked.length + settings.restrictions.hidden.length > 0,
  );
  const hasChosenWeights = usePlayground(({ settings }) => settings.values.base === "chosen");
  const hasFrozen = usePlayground(
    ({ run }) => isActive(run) && run.settings !== null && run.settings.frozenLayers > 0,
  );
  return (
    <section className="column controls" aria-label="Controls" id="controls">
      {isRestricted && <RestrictionNote />}
      <RecipeNote />
      {hasChosenWeights && <StartWeights />}
      {hasFrozen && <FineTune />}
      <Group group="network">
        <NetworkProblem />
      </Group>
      <Group group="training" />
      <Group group="data">
        <DataStatus />
      </Group>
    </section>
  );
}

function RecipeNote() {
  const actions = useActions();
  const recipeId = usePlayground((state) => state.settings.recipeId);
  const numChanged = usePlayground((state) => changedFromRecipe(state.settings).length);
  return (
    <div className="recipe-note">
      <p>{recipeById(recipeId).sentence}</p>
      {recipeId !== DEFAULT_RECIPE_ID && <RecipeNotes recipeId={recipeId} />}
      <div className="recipe-changes">
        {numChanged > 0 && (
          <>
            <span className="changed-dot" aria-hidden />
            {numChanged === 1 ? "1 setting changed" : `${numChanged} settings changed`}
            <Button look="link" onClick={() => actions.chooseRecipe(recipeId)}>
              Undo all
            </Button>
          </>
        )}
        <UndoButtons />
      </div>
    </div>
  );
}

/** They appear with the first change, and keep the focus when there is nothing more to undo or redo. */
function UndoButtons() {
  const actions = useActions();
  const canUndo = usePlayground(({ history }) => history.past.length > 0);
  const canRedo = usePlayground(({ history }) => history.future.length > 0);
  if (!canUndo && !canRedo) return null;
  return (
    <span className="undo-buttons">
      <Button
        look="icon"
        aria-label="Undo"
        title="Undo (Ctrl+Z)"
        aria-disabled={!canUndo}
        onClick={actions.undo}
      >
        <Undo2 size={15} aria-hidden />
      </Button>
      <Button
        look="icon"
        aria-label="Redo"
        title="Redo (Ctrl+Shift+Z)"
        aria-disabled={!canRedo}
        onClick={actions.redo}
      >
        <Redo2 size={15} aria-hidden />
      </Button>
    </span>
  );
}

/**
 * A native `details` element folds without a script. Its summary is not a button, so tests that look for the button "Train" do
 * not find it.
 */
function Group({
  group,
  children,
}: {
  readonly group: ControlGroup;
  readonly children?: ReactNode;
}) {
  const actions = useActions();
  const openGroups = usePlayground((state) => state.view.openGroups);
  const open = openGroups.includes(group);
  const isEmpty = useFields(group, false).length + useFields(group, true).length === 0;
  if (isEmpty) return null;
  return (
    <details
      className="card group"
      open={open}
      onToggle={(event) => {
        const nowOpen = event.currentTarget.open;
        if (nowOpen !== open) actions.setView({ openGroups: toggled(openGroups, group, nowOpen) });
      }}
    >
      <summary className="group-head">
        <h2 className="card-title">{TITLES[group]}</h2>
        <ChevronDown size={15} className="group-mark" aria-hidden />
      </summary>
      {open && (
        <PanelBoundary title={TITLES[group]}>
          <div className="fields">
            <Fields group={group} advanced={false} />
            {children}
            <Advanced group={group} />
          </div>
        </PanelBoundary>
      )}
    </details>
  );
}

function Fields({ group, advanced }: { readonly group: ControlGroup; readonly advanced: boolean }) {
  const keys = useFields(group, advanced);
  return keys.map((key) => <SettingField key={key} setting={key} />);
}

function useFields(group: ControlGroup, advanced: boolean) {
  return usePlaygroundRecord(({ settings }) =>
    SETTING_KEYS.filter(
      (key) =>
        FIELDS[key].group === group &&
        (FIELDS[key].advanced === true) === advanced &&
        applies(key, settings.values) &&
        !settings.restrictions.hidden.includes(key),
    ),
  );
}

function Advanced({ group }: { readonly group: ControlGroup }) {
  const actions = useActions();
  const keys = useFields(group, true);
  const openAdvanced = usePlayground((state) => state.view.openAdvanced);
  const numChanged = usePlayground(
    ({ settings }) =>
      changedFromRecipe(settings).filter(
        (key) => FIELDS[key].group === group && FIELDS[key].advanced,
      ).length,
  );
  const open = openAdvanced.includes(group);
  if (keys.length === 0) return null;
  return (
    <details
      className="advanced"
      open={open}
      onToggle={(event) => {
        const nowOpen = event.currentTarget.open;
        if (nowOpen !== open)
          actions.setView({ openAdvanced: toggled(openAdvanced, group, nowOpen) });
      }}
    >
      <summary>
        <ChevronRight size={14} className="group-mark" aria-hidden />
        Advanced
        {numChanged > 0 && <span className="advanced-changed">{numChanged} changed</span>}
      </summary>
      {open && <div className="fields">{<Fields group={group} advanced />}</div>}
    </details>
  );
}

/** Shows beside the controls that individually valid settings give no network that can be trained. */
function NetworkProblem() {
  const message = usePlayground(({ settings }) => whyUntrainable(settings.values));
  return (
    <div aria-live="polite">{message !== null && <p className="field-problem">{message}</p>}</div>
  );
}

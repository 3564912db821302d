/** The recipe menu, the buttons of a run, its status and its speed. */
import { Flag } from "lucide-react";
import { formatCount, formatDuration, formatPercent, formatRemaining } from "../../core/units.ts";
import type { RecipeGroup } from "../../settings/recipes/recipe.ts";
import { RECIPES } from "../../settings/recipes/registry.ts";
import { waitingText } from "../../store/machine/machineOwner.ts";
import { isActive, nextPress } from "../../store/run/runState.ts";
import { progressShare, statusDetail, statusOf, statusText } from "../../store/run/runStatus.ts";
import { blockedReason } from "../../store/store.ts";
import { useActions, useLoadRace, usePlayground } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";
import { Lockable, LockMark } from "../widgets/Lockable.tsx";
import { PanelBoundary } from "../widgets/PanelBoundary.tsx";
import { ProgressBar } from "../widgets/ProgressBar.tsx";
import { PressButton, ResetButton, StepButton } from "../widgets/RunButtons.tsx";
import { SelectBox } from "../widgets/SelectBox.tsx";
import { Value } from "../widgets/Value.tsx";
import { OpenModelButton } from "./OpenModelButton.tsx";

const GROUPS: Readonly<Record<RecipeGroup, string>> = {
  start: "To start with",
  documents: "The documents",
  "good-and-bad": "Good and bad",
};
const RECIPE_OPTIONS = RECIPES.map(({ id, group, title, sentence }) => ({
  value: id,
  label: title,
  // The menu shows the first sentence only. The rest appears below the menu when the recipe is chosen.
  sentence: sentence.replace(/(?<=[.]) .*/, ""),
  group: GROUPS[group],
}));

export function RunBar() {
  return (
    <div className="run-bar">
      {/* This has its own boundary, so that an error here does not remove the buttons. */}
      <PanelBoundary title="The recipe">
        <RecipeSelect />
        <OpenModelButton />
      </PanelBoundary>
      <div className="run-buttons">
        <PanelBoundary title="The run's buttons">
          <PrimaryButton />
          <RunStep />
          <RunReset />
        </PanelBoundary>
        <PanelBoundary title="Compare">
          <CompareButton />
        </PanelBoundary>
      </div>
      <PanelBoundary title="The run's status">
        <RunStatusLine />
        <RunValues />
        <Announcements />
      </PanelBoundary>
    </div>
  );
}

function RecipeSelect() {
  const actions = useActions();
  const recipeId = usePlayground((state) => state.settings.recipeId);
  const { locked, hidden } = usePlayground((state) => state.settings.restrictions);
  const startsRun = usePlayground(({ run }) => isActive(run));
  if (hidden.includes("recipe")) return null;
  const isLocked = locked.includes("recipe");
  return (
    <Lockable locked={isLocked}>
      {isLocked && <LockMark />}
      <SelectBox
        label="Recipe"
        className="recipe-select"
        value={recipeId}
        options={RECIPE_OPTIONS}
        onChange={actions.chooseRecipe}
        describedBy={startsRun ? "recipe-starts-run" : undefined}
      />
      {startsRun && (
        <span id="recipe-starts-run" className="visually-hidden">
          starts a new run
        </span>
      )}
    </Lockable>
  );
}

function PrimaryButton() {
  const actions = useActions();
  const press = usePlayground(({ run, machine }) => nextPress(run, machine.waiting === "run"));
  const waits = usePlayground(
    ({ run, machine }) => run.request !== null || machine.waiting === "run",
  );
  const blocked = usePlayground((state) => (isActive(state.run) ? null : blockedReason(state)));
  return (
    <>
      <PressButton
        press={press}
        startName="Train"
        acts={{ start: actions.train, resume: actions.resume, pause: actions.pause }}
        isBlocked={blocked !== null}
        waits={waits}
        describedBy={blocked === null ? undefined : "train-blocked"}
      />
      {blocked !== null && (
        <span id="train-blocked" className="visually-hidden">
          {blocked}
        </span>
      )}
    </>
  );
}

function RunStep() {
  const actions = useActions();
  const possible = usePlayground((state) =>
    isActive(state.run) ? state.run.paused : blockedReason(state) === null,
  );
  return <StepButton possible={possible} onAct={actions.step} />;
}

function RunReset() {
  const actions = useActions();
  const possible = usePlayground(
    ({ run, machine }) => run.runId !== null || machine.waiting === "run",
  );
  return <ResetButton possible={possible} onAct={actions.reset} />;
}

/** Opens a race of this network against its twin. */
function CompareButton() {
  const actions = useActions();
  const loadRace = useLoadRace();
  const compare = () => {
    actions.setView({ tab: "race" });
    // When the code cannot be loaded, the tab itself says so.
    loadRace().then(
      (race) => race.actions.chooseRival({ kind: "twin" }),
      () => {},
    );
  };
  return (
    <Button
      aria-label="Compare"
      title="Race this network against its twin with the other kind of convolution"
      onClick={compare}
    >
      <Flag size={14} aria-hidden />
      <span className="wide-only">Compare</span>
    </Button>
  );
}

function RunStatusLine() {
  const text = usePlayground(({ run }) => statusText(run));
  const status = usePlayground(({ run }) => statusOf(run));
  const share = usePlayground(({ run }) => progressShare(run));
  const detail = usePlayground(({ run }) => statusDetail(run));
  const blocked = usePlayground((state) => (isActive(state.run) ? null : blockedReason(state)));
  const waiting = usePlayground(({ machine }) => waitingText(machine, "run"));
  return (
    <div className="run-status" data-status={status}>
      <div className="run-status-words">
        {/* It changes ten times a second. Screen readers get the important changes from the announcements below. */}
        <div
          role="status"
          aria-label="Run status"
          aria-live="off"
          className="run-status-text"
          title={text}
        >
          {text}
        </div>
        <div className="run-status-detail" title={waiting ?? blocked ?? detail}>
          {waiting ?? (status === "ready" || status === "failed" ? blocked : detail)}
        </div>
      </div>
      <ProgressBar label="Progress" share={share} />
    </div>
  );
}

function RunValues() {
  const images = usePlayground(
    ({ run }) => run.progress?.imagesPerSecond ?? run.speed?.imagesPerSecond ?? null,
  );
  const stepMs = usePlayground(({ run }) => run.progress?.stepMs ?? run.speed?.stepMs ?? null);
  const left = usePlayground(({ run }) =>
    isActive(run) ? (run.progress?.remainingMs ?? null) : null,
  );
  const trainMs = usePlayground(({ run }) => run.trainMs);
  const test = usePlayground((state) => state.evaluation.test?.accuracy ?? null);
  return (
    <dl className="run-values">
      <Value label="Images per second" text={images === null ? null : rateText(images)} />
      <Value label="Step time" text={stepMs === null ? null : formatDuration(stepMs)} />
      {trainMs === null ? (
        <Value label="Time left" text={formatRemaining(left)} />
      ) : (
        <Value label="Trained for" text={formatDuration(trainMs)} />
      )}
      <Value label="Test accuracy" text={test === null ? null : formatPercent(test)} />
    </dl>
  );
}

function rateText(imagesPerSecond: number): string {
  return imagesPerSecond < 9.95 ? imagesPerSecond.toFixed(1) : formatCount(imagesPerSecond);
}

/**
 * Announces to screen readers when a run starts, pauses or ends and when an epoch ends, but not each step. The words differ
 * from the status, so that tests find "Paused" in one place only.
 */
function Announcements() {
  const text = usePlayground(({ run, evaluation }) => {
    switch (statusOf(run)) {
      case "loading":
      case "compiling":
        return "The run begins.";
      case "training":
        return `Epoch ${run.progress?.epoch ?? 1} is under way.`;
      case "testing":
        return "The test images are looked at.";
      case "paused":
        return "The run waits.";
      case "finished":
        return evaluation.test === null
          ? "The run is over."
          : `The run is over: ${formatPercent(evaluation.test.accuracy)} of the test images recognised.`;
      default:
        return "";
    }
  });
  return (
    <div aria-live="polite" className="visually-hidden">
      {text}
    </div>
  );
}

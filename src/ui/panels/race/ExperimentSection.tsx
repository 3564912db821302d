/**
 * Repeats the paper's experiments: arms with several seeds, mean and standard deviation, and the paper's result beside ours.
 */
import { Pause, Play, X } from "lucide-react";
import { formatCount } from "../../../core/units.ts";
import { unusedEndsText } from "../../../settings/endings.ts";
import type { ExperimentId } from "../../../settings/experiments/experiment.ts";
import { EXPERIMENTS, experimentById } from "../../../settings/experiments/registry.ts";
import type { Settings } from "../../../settings/settings.ts";
import { waitingText } from "../../../store/machine/machineOwner.ts";
import { experimentBlocked } from "../../../store/race/blocked.ts";
import {
  type ExperimentState,
  experimentShare,
  experimentText,
  isExperimentHeld,
  isPaused,
  isUnderWay,
  verdictOf,
} from "../../../store/race/experiment.ts";
import { baseOf, runningExperiment } from "../../../store/race/store.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { Button } from "../../widgets/Button.tsx";
import { Card } from "../../widgets/Card.tsx";
import { ProgressBar } from "../../widgets/ProgressBar.tsx";
import { Segmented } from "../../widgets/Segmented.tsx";
import { SelectBox } from "../../widgets/SelectBox.tsx";
import { ExperimentCurves } from "./ExperimentCurves.tsx";
import { ExperimentTable } from "./ExperimentTable.tsx";
import { useRace, useRaceActions } from "./RaceContext.tsx";

const OPTIONS = EXPERIMENTS.map(({ id, title, question, source }) => ({
  value: id,
  label: title,
  sentence: `${question} (${source} of the paper)`,
}));
const BASE_OPTIONS = [
  { value: "own", label: "A small network" },
  { value: "current", label: "The current settings" },
] as const;
const SEED_OPTIONS = ["1", "2", "3", "5", "8"].map((value) => ({ value, label: value }));

export function ExperimentSection() {
  const experiment = useRace(({ experimentId }) => experimentById(experimentId));
  const state = useRace(({ experiments, experimentId }) => experiments[experimentId] ?? null);
  return (
    <section className="race-section" aria-label="Experiments">
      <h2 className="race-heading">Experiments</h2>
      <div className="race-columns">
        <div className="race-column">
          <ExperimentSetup />
          <Card title={`${experiment.source} of the paper, and here`}>
            <dl className="race-findings">
              <dt>The paper</dt>
              <dd>{experiment.finding}</dd>
              <dt>Here</dt>
              <dd>
                <p role="status" aria-label="What our numbers say">
                  {state?.arms.every(({ seeds }) => seeds.length > 0)
                    ? verdictOf(state)
                    : "No result yet."}
                </p>
              </dd>
            </dl>
          </Card>
        </div>
        <div className="race-column">
          <Card title={experiment.title}>
            <ExperimentTable state={state} />
          </Card>
          <ExperimentCurves state={state} />
        </div>
      </div>
    </section>
  );
}

function ExperimentSetup() {
  const actions = useRaceActions();
  const id = useRace(({ experimentId }) => experimentId);
  const base = useRace(({ experimentBase }) => experimentBase);
  const numSeeds = useRace((state) => state.numSeeds);
  const state = useRace(({ experiments, experimentId }) => experiments[experimentId] ?? null);
  return (
    <Card title="Question">
      <div className="race-rival">
        <SelectBox<ExperimentId>
          label="Experiment"
          value={id}
          options={OPTIONS}
          onChange={actions.chooseExperiment}
        />
        <p className="race-words">{experimentById(id).question}</p>
        <div className="race-choices">
          <span className="field-label">Asked of</span>
          <Segmented
            label="Network of the experiment"
            value={base}
            options={BASE_OPTIONS}
            onChange={actions.chooseBase}
          />
          <span className="field-label">Seeds</span>
          <Segmented
            label="Seeds"
            value={String(numSeeds)}
            options={SEED_OPTIONS}
            onChange={(value) => actions.setSeeds(Number(value))}
          />
        </div>
        <BaseWords />
        <ExperimentButtons />
        {state !== null && <Progress state={state} />}
      </div>
    </Card>
  );
}

function BaseWords() {
  const current = usePlayground(({ settings }) => settings.values);
  const base = useRace((state) => baseOf(state, current));
  const { inputSize, width, middleRepeats, batchSize } = base;
  return (
    <p className="race-words">
      {inputSize} pixels, width {Number(width.toFixed(3))}, {middleRepeats} middle blocks;{" "}
      {lengthText(base)} in batches of {batchSize} images for each arm and seed, all arms on the
      same batches. {unusedEndsText(base)}
    </p>
  );
}

function lengthText({
  budget,
  steps,
  epochs,
  images,
}: Pick<Settings, "budget" | "steps" | "epochs" | "images">): string {
  if (budget === "epochs") return `${epochs} epochs`;
  return `${formatCount({ steps, images }[budget])} ${budget}`;
}

function ExperimentButtons() {
  const actions = useRaceActions();
  const playground = usePlayground((state) => state);
  const running = useRace(runningExperiment);
  const blocked = useRace((state) =>
    experimentBlocked(state.experimentId, state.experimentBase, playground),
  );
  const waiting = waitingText(playground.machine, "experiment");
  if (running !== null || waiting !== null) {
    return (
      <>
        <div className="run-buttons">
          {running !== null && <PauseButton isHeld={isExperimentHeld(running)} />}
          <Button onClick={actions.cancelExperiment}>
            <X size={15} aria-hidden />
            Cancel experiment
          </Button>
        </div>
        {waiting !== null && <p className="race-words">{waiting}</p>}
      </>
    );
  }
  return (
    <>
      <Button
        look="primary"
        disabled={blocked !== null}
        aria-describedby={blocked === null ? undefined : "experiment-blocked"}
        onClick={actions.runExperiment}
      >
        <Play size={15} fill="currentColor" strokeWidth={1.5} aria-hidden />
        Run experiment
      </Button>
      {blocked !== null && (
        <p id="experiment-blocked" className="race-words">
          {blocked}
        </p>
      )}
    </>
  );
}

function PauseButton({ isHeld }: { readonly isHeld: boolean }) {
  const actions = useRaceActions();
  const Icon = isHeld ? Play : Pause;
  return (
    <Button onClick={isHeld ? actions.resumeExperiment : actions.pauseExperiment}>
      <Icon size={15} fill="currentColor" strokeWidth={1.5} aria-hidden />
      {isHeld ? "Resume experiment" : "Pause experiment"}
    </Button>
  );
}

function Progress({ state }: { readonly state: ExperimentState }) {
  return (
    <div
      className="run-status"
      data-status={isPaused(state) ? "paused" : isUnderWay(state) ? "training" : state.outcome}
    >
      <div role="status" aria-label="Experiment status" className="run-status-text">
        {experimentText(state)}
      </div>
      <ProgressBar label="Experiment progress" share={experimentShare(state)} />
    </div>
  );
}

/** Shows current notices, one line each, without blocking the page. Failures are alerts. It loads with the first notice. */
import { formatCount } from "../../core/units.ts";
import { FIELDS } from "../../settings/fields.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import { isSteered } from "../../settings/steering.ts";
import { isActive } from "../../store/run/runState.ts";
import { endingText, longRunText, recoveryText } from "../../store/run/runStatus.ts";
import { waysOut } from "../../store/run/waysOut.ts";
import { DEFAULT_RECIPE_ID, differingKeys } from "../../store/settings/settingsState.ts";
import { useActions, usePlayground, usePlaygroundRecord } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";
import { ElsewhereNotice } from "./ElsewhereNotice.tsx";
import { FoundExperiment, FoundRun } from "./InterruptedNotices.tsx";
import { Notice, type NoticeTone } from "./Notice.tsx";

export function Notices() {
  return (
    <>
      <Failure />
      <LinkProblems />
      <FoundRun />
      <FoundSweep />
      <FoundExperiment />
      <ElsewhereNotice />
      <OtherTab />
      <TakenOver />
      <Storage told="newerStore" tone="warning" />
      <Storage told="checkpointsNotKept" tone="warning" />
      <Storage told="notKept" tone="warning" />
      <Storage told="goesNext" tone="plain" />
      <LongRun />
      <Recovery />
      <Ending />
      <SettingsChanged />
      <DataFallback />
      <RunNotes />
    </>
  );
}

function Failure() {
  const error = usePlayground(({ run }) => run.error);
  const measureError = usePlayground(({ measurements }) => measurements.error);
  const dataError = usePlayground(({ dataSet, run }) =>
    run.error === null ? dataSet.error : null,
  );
  const lastStep = usePlayground(({ run }) => run.progress?.step ?? 0);
  const keptStep = usePlayground(({ run }) => run.keptStep);
  return (
    <div role="alert">
      {error !== null && (
        <Notice tone="danger" actions={<WaysOut />}>
          <b>The run failed{lastStep > 0 && ` after step ${formatCount(lastStep)}`}.</b>{" "}
          {error.message} {lastStep > 0 && "Its history is kept until the next run or Reset"}
          {keptStep !== null &&
            `, and so are its weights of step ${formatCount(keptStep)} (Export)`}
          {lastStep > 0 && "."}
        </Notice>
      )}
      {measureError !== null && (
        <Notice tone="danger">
          <b>Measuring failed.</b> {measureError.message}
        </Notice>
      )}
      {dataError !== null && (
        <Notice tone="danger">
          <b>The data set cannot be read.</b> {dataError.message}
        </Notice>
      )}
    </div>
  );
}

/** Offers settings that may work, each applied with one press. */
function WaysOut() {
  const actions = useActions();
  const run = usePlayground((state) => state.run);
  const locked = usePlayground(({ settings }) => settings.restrictions.locked);
  const possible = waysOut(run).filter(({ changes }) =>
    locked.every((control) => !Object.hasOwn(changes, control)),
  );
  return (
    <span className="notice-actions">
      {possible.map(({ label, changes }) => (
        <Button key={label} look="small" onClick={() => actions.trainWith(changes)}>
          {label}
        </Button>
      ))}
    </span>
  );
}

function FoundSweep() {
  const actions = useActions();
  const found = usePlayground(({ view }) => view.foundSweep);
  if (found === null) return null;
  const close = () => actions.setView({ foundSweep: null });
  return (
    <Notice
      tone="plain"
      onClose={close}
      actions={
        <Button look="small" onClick={() => actions.setView({ foundSweep: null, tab: "runs" })}>
          Open Runs
        </Button>
      }
    >
      <b>A sweep was interrupted.</b> {found.name}, {formatCount(found.numFinished)} of{" "}
      {formatCount(found.numRuns)} runs. It goes on in Runs.
    </Notice>
  );
}

type Told = "newerStore" | "checkpointsNotKept" | "notKept" | "goesNext";

/**
 * A run that is not stored goes on all the same. Checkpoints of another run are removed only after that was said.
 */
function Storage({ told, tone }: { readonly told: Told; readonly tone: NoticeTone }) {
  const actions = useActions();
  const words = usePlayground(({ view }) => view[told]);
  if (words === null) return null;
  return (
    <Notice tone={tone} onClose={() => actions.setView({ [told]: null })}>
      {words}
    </Notice>
  );
}

/** More parts than this are only counted. */
const MOST_PROBLEMS = 5;

function LinkProblems() {
  const actions = useActions();
  const problems = usePlayground(({ settings }) => settings.linkProblems);
  if (problems.length === 0) return null;
  return (
    <Notice tone="warning" onClose={actions.dismissLinkProblems}>
      {problems[0]?.parameter === "" ? (
        <>
          <b>The link was not used.</b> {problems[0].reason}
        </>
      ) : (
        <>
          <b>Parts of the link were not used.</b>
          <ul>
            {problems.slice(0, MOST_PROBLEMS).map(({ parameter, text, reason }) => (
              <li key={`${parameter}=${text}`}>
                <code>
                  {parameter}={text}
                </code>{" "}
                {reason}
              </li>
            ))}
            {problems.length > MOST_PROBLEMS && (
              <li>And {formatCount(problems.length - MOST_PROBLEMS)} more.</li>
            )}
          </ul>
        </>
      )}
    </Notice>
  );
}

/** Only one tab trains at a time; the person decides which one. */
function OtherTab() {
  const actions = useActions();
  const waits = usePlayground(({ machine }) => machine.isElsewhere);
  const wasTaken = usePlayground(({ machine }) => machine.wasTaken);
  if (waits)
    return (
      <Notice
        tone="warning"
        actions={
          <span className="notice-actions">
            <Button look="small" onClick={actions.takeOver}>
              Go on here now
            </Button>
            <Button look="small" onClick={actions.stopWaiting}>
              Do not wait
            </Button>
          </span>
        }
      >
        <b>Another tab of this page is training.</b> This one goes on as soon as that one pauses, is
        over or is closed. If it goes on here now, the other one pauses.
      </Notice>
    );
  if (!wasTaken) return null;
  return (
    <Notice tone="warning">
      Paused: another tab of this page trains now, and both at once would slow each other down.
    </Notice>
  );
}

function TakenOver() {
  const step = usePlayground(({ run }) => run.takenOverAt);
  if (step === null) return null;
  return (
    <Notice tone="plain">
      <b>Another tab took this run over</b> and goes on with it from step {formatCount(step)}. Its
      curve stays here until the next run or Reset.
    </Notice>
  );
}

function LongRun() {
  const actions = useActions();
  const text = usePlayground(({ run, view }) =>
    view.longRunSeen === run.runId ? null : longRunText(run),
  );
  const runId = usePlayground(({ run }) => run.runId);
  const paused = usePlayground(({ run }) => run.paused);
  const recipeId = usePlayground(({ settings }) => settings.recipeId);
  const isRecipeLocked = usePlayground(({ settings }) =>
    settings.restrictions.locked.includes("recipe"),
  );
  const isOnTfjs = usePlayground(({ run }) => run.engine?.engine === "tfjs");
  if (text === null) return null;
  const seen = () => actions.setView({ longRunSeen: runId });
  return (
    <Notice
      tone="warning"
      onClose={seen}
      actions={
        <span className="notice-actions">
          {/* This is not called "Pause", because the button above has that name. */}
          {!paused && (
            <Button look="small" onClick={actions.pause}>
              Hold it for now
            </Button>
          )}
          {recipeId !== DEFAULT_RECIPE_ID && !isRecipeLocked && (
            <Button
              look="small"
              onClick={() => {
                actions.reset();
                actions.chooseRecipe(DEFAULT_RECIPE_ID);
              }}
            >
              Use a smaller recipe
            </Button>
          )}
        </span>
      }
    >
      {text}
      {isOnTfjs &&
        recipeId === DEFAULT_RECIPE_ID &&
        ` With TensorFlow.js alone "${recipeById(recipeId).title}" takes longer than its name says; the measured time counts.`}
    </Notice>
  );
}

function Recovery() {
  const text = usePlayground(({ run }) => recoveryText(run));
  if (text === null) return null;
  return <Notice tone="warning">{text}</Notice>;
}

function Ending() {
  const text = usePlayground(({ run }) => endingText(run));
  if (text === "") return null;
  return <Notice tone="plain">{text}</Notice>;
}

/** More settings than this are only counted. */
const MOST_LABELS = 4;

function SettingsChanged() {
  const changed = usePlayground(({ run, settings }) => {
    if (!isActive(run) || run.settings === null) return "";
    const keys = differingKeys(run.settings, settings.values);
    // Another recipe changes nothing of a run in progress, not even what could change in it.
    const ofNewRun = keys.filter((key) => !isSteered(key));
    const labels = ofNewRun.map((key) => FIELDS[key].label);
    return labels.length > MOST_LABELS ? `${labels.length} settings` : labels.join(", ");
  });
  if (changed === "") return null;
  return (
    <Notice tone="plain">
      The run in progress keeps the settings it started with: changing {changed} starts a new run.
      Reset, then Train, to use these.
    </Notice>
  );
}

function DataFallback() {
  const reason = usePlayground(({ dataSet }) => dataSet.description?.fallbackReason ?? "");
  if (reason === "") return null;
  return <Notice tone="warning">{reason}</Notice>;
}

function RunNotes() {
  const notes = usePlaygroundRecord(({ run }) => run.prepared?.notes ?? NO_NOTES);
  if (notes.length === 0) return null;
  return <Notice tone="plain">{notes.join(" ")}</Notice>;
}

const NO_NOTES: readonly string[] = [];

/** The buttons of a race, its status, who leads, and errors. */
import { formatCount } from "../../../core/units.ts";
import { waitingText } from "../../../store/machine/machineOwner.ts";
import { raceBlocked } from "../../../store/race/blocked.ts";
import { leaderText } from "../../../store/race/leader.ts";
import { positionText, raceShare, raceStatusText } from "../../../store/race/status.ts";
import { isActive, nextPress } from "../../../store/run/runState.ts";
import { pendingPauseText, recoveryText, statusOf } from "../../../store/run/runStatus.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { ProgressBar } from "../../widgets/ProgressBar.tsx";
import { PressButton, ResetButton, StepButton } from "../../widgets/RunButtons.tsx";
import { useRace, useRaceActions } from "./RaceContext.tsx";

export function RaceBar() {
  return (
    <div className="race-bar">
      <RaceButtons />
      <StatusLine />
      <Leader />
      <Failures />
      <Recoveries />
    </div>
  );
}

function RaceButtons() {
  const actions = useRaceActions();
  const active = useRace(({ race }) => isActive(race.run));
  const paused = useRace(({ race }) => race.run.paused);
  const nothing = useRace(({ race }) => race.run.runId === null);
  const waits = usePlayground(({ machine }) => machine.waiting === "race");
  const blocked = useBlocked();
  const press = useRace(({ race }) => nextPress(race.run, waits));
  return (
    <div className="run-buttons">
      <PressButton
        press={press}
        startName="Start race"
        acts={{ start: actions.start, resume: actions.resume, pause: actions.pause }}
        isBlocked={blocked !== null}
        waits={waits}
        describedBy={blocked === null && press !== null ? undefined : "race-blocked"}
      />
      <StepButton possible={active ? paused : blocked === null} onAct={actions.step} />
      <ResetButton possible={!nothing || waits} onAct={actions.reset} />
    </div>
  );
}

function StatusLine() {
  const text = useRace(({ race }) => raceStatusText(race));
  const status = useRace(({ race }) => statusOf(race.run));
  const share = useRace(({ race }) => raceShare(race));
  const position = useRace(({ race }) => positionText(race));
  const pending = useRace(({ race }) => pendingPauseText(race.run));
  const waiting = usePlayground(({ machine }) => waitingText(machine, "race"));
  const blocked = useBlocked();
  return (
    <div className="run-status" data-status={status}>
      <div className="run-status-words">
        {/* It changes with every step, so it is not announced; the leader is announced instead. */}
        <div role="status" aria-label="Race status" aria-live="off" className="run-status-text">
          {text}
        </div>
        <div className="run-status-detail" id="race-blocked">
          {waiting ?? blocked ?? pending ?? (status === "paused" ? position : "")}
        </div>
      </div>
      <ProgressBar label="Race progress" share={share} />
    </div>
  );
}

function Leader() {
  const text = useRace(({ race }) => leaderText(race));
  return (
    <p role="status" aria-label="Who is ahead" className="race-leader">
      {text}
    </p>
  );
}

function Failures() {
  const lanes = useRace(({ race }) => race.lanes);
  const error = useRace(({ race }) => race.run.error);
  return (
    <div role="alert" className="race-failures">
      {error !== null && lanes.every(({ run }) => run.error === null) && (
        <p className="field-problem">
          <b>The race failed.</b> {error.message}
        </p>
      )}
      {lanes.map(
        ({ name, run }) =>
          run.error !== null && (
            <p key={name} className="field-problem">
              <b>
                {name} is out of the race after step {formatCount(run.progress?.step ?? 0)}.
              </b>{" "}
              {run.error.message}
            </p>
          ),
      )}
    </div>
  );
}

/** A network whose device was lost goes on in the race, as a run does. */
function Recoveries() {
  const lanes = useRace(({ race }) => race.lanes);
  return (
    <div aria-live="polite" className="race-failures">
      {lanes.map(({ name, run }) => {
        const text = recoveryText(run);
        return (
          text !== null && (
            <p key={name} className="notice notice-warning">
              {name}: {text}
            </p>
          )
        );
      })}
    </div>
  );
}

/** Returns why a race cannot start; `null` while one is running, which can always be paused. */
function useBlocked(): string | null {
  const playground = usePlayground((state) => state);
  return useRace((state) =>
    isActive(state.race.run) ? null : raceBlocked(state.rival, playground),
  );
}

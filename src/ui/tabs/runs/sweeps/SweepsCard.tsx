/** The sweeps of this browser: a line for each with its progress, and the results of the one that is opened. */
import { Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import type { RunHead } from "../../../../runs/runRecord.ts";
import { type SweepGroup, sweepGroups } from "../../../../runs/sweepResults.ts";
import { waitingText } from "../../../../store/machine/machineOwner.ts";
import { countsOf, nextRun, type SweepState } from "../../../../store/sweeps/sweepState.ts";
import { usePlayground } from "../../../PlaygroundContext.tsx";
import { useFocusedPage } from "../../../useFocusedPage.ts";
import { Button } from "../../../widgets/Button.tsx";
import { Card } from "../../../widgets/Card.tsx";
import { lazyDialog, lazyPlace } from "../../../widgets/lazyPart.tsx";
import { ProgressBar } from "../../../widgets/ProgressBar.tsx";
import { WhenLoaded } from "../../../widgets/WhenLoaded.tsx";
import { useLoadSweeps, useRuns } from "../RunsContext.tsx";
import { SweepsProvider, useSweeps, useSweepsActions } from "./SweepsContext.tsx";
import { shareOf, statusOf, statusText } from "./sweepWords.ts";
import "./sweeps.css";

const NewSweepDialog = lazyDialog(
  "New sweep",
  async () => (await import("./NewSweepDialog.tsx")).NewSweepDialog,
);
const SweepResults = lazyPlace(
  "The results",
  async () => (await import("./SweepResults.tsx")).SweepResults,
);

const NO_HEADS: readonly RunHead[] = [];
const NO_SWEEPS: readonly SweepState[] = [];

export function SweepsCard() {
  return (
    <WhenLoaded title="Sweeps" load={useLoadSweeps()}>
      {(sweeps) => (
        <SweepsProvider sweeps={sweeps}>
          <SweepsPlace />
        </SweepsProvider>
      )}
    </WhenLoaded>
  );
}

function SweepsPlace() {
  const actions = useSweepsActions();
  const sweeps = useSweeps((state) => state.sweeps) ?? NO_SWEEPS;
  const problem = useSweeps((state) => state.problem);
  const heads = useRuns((state) => state.heads) ?? NO_HEADS;
  const groups = useMemo(() => sweepGroups(heads), [heads]);
  const [isNew, setIsNew] = useState(false);
  const [openedId, setOpenedId] = useState<string | null>(null);
  useFocusedPage(actions.refresh);
  const close = () => setIsNew(false);
  const recordedOnly = groups.filter(({ id }) => sweeps.every((sweep) => sweep.id !== id));
  const opened = groups.find(({ id }) => id === openedId);
  const toggle = (id: string) => setOpenedId(id === openedId ? null : id);
  return (
    <div className="sweeps">
      <Card
        title="Sweeps"
        region="Sweeps"
        note={
          <Button look="primary" onClick={() => setIsNew(true)}>
            New sweep
          </Button>
        }
      >
        {problem !== null && (
          <p className="field-problem" role="alert">
            {problem}
          </p>
        )}
        {sweeps.length + recordedOnly.length === 0 && (
          <p className="runs-words">
            A sweep trains every combination of the settings that you list, such as three widths
            with three seeds each, one run after another. It goes on after a reload.
          </p>
        )}
        <ul className="runs-rows">
          {sweeps.map((sweep) => (
            <SweepRow
              key={sweep.id}
              sweep={sweep}
              group={groups.find(({ id }) => id === sweep.id)}
              isOpen={sweep.id === openedId}
              onToggle={toggle}
            />
          ))}
          {recordedOnly.map((group) => (
            <li key={group.id} className="sweep-row">
              <ResultsButton group={group} isOpen={group.id === openedId} onToggle={toggle} />
              <p className="run-summary">{group.heads.length} recorded runs</p>
            </li>
          ))}
        </ul>
      </Card>
      {opened !== undefined && <SweepResults group={opened} />}
      {isNew && <NewSweepDialog onClose={close} onFailure={close} onStart={actions.begin} />}
    </div>
  );
}

interface ResultsButtonProps {
  readonly group: Pick<SweepGroup, "id" | "name">;
  readonly isOpen: boolean;
  readonly onToggle: (id: string) => void;
}

function ResultsButton({ group: { id, name }, isOpen, onToggle }: ResultsButtonProps) {
  return (
    <button
      type="button"
      className="run-name"
      aria-expanded={isOpen}
      aria-label={`Results of ${name}`}
      onClick={() => onToggle(id)}
    >
      {name}
    </button>
  );
}

function SweepRow(props: {
  readonly sweep: SweepState;
  /** Its recorded runs; `undefined` while there is none. */
  readonly group: SweepGroup | undefined;
  readonly isOpen: boolean;
  readonly onToggle: (id: string) => void;
}) {
  const { sweep, group, isOpen, onToggle } = props;
  const { id } = sweep;
  const { name } = sweep.sweep;
  const actions = useSweepsActions();
  const queue = useSweeps((state) => state.queue);
  const isElsewhere = useSweeps((state) => state.elsewhere.includes(id));
  const own = useSweeps(({ current }) => (current?.sweepId === id ? current : null));
  const machine = usePlayground((state) => state.machine);
  const isWaiting = machine.waiting === "sweep" && queue[0] === id;
  const status = statusOf({ sweep, queue, current: own, isElsewhere, isWaiting });
  const counts = countsOf(sweep);
  const isOver = nextRun(sweep) === undefined;
  const isStarted = status === "training" || status === "waiting" || status === "queued";
  const waits = isWaiting ? waitingText(machine, "sweep") : null;
  return (
    <li className="sweep-row">
      <div className="sweep-words">
        {group === undefined ? (
          <b className="run-name-alone">{name}</b>
        ) : (
          <ResultsButton group={group} isOpen={isOpen} onToggle={onToggle} />
        )}
        <p className="run-summary" role="status" aria-label={`Status of ${name}`}>
          {statusText(status, counts, own)}
        </p>
        {waits !== null && <p className="run-summary">{waits}</p>}
      </div>
      <ProgressBar label={`Progress of ${name}`} share={shareOf(counts, own)} />
      {isStarted ? (
        <Button aria-label={`Pause ${name}`} onClick={() => actions.pause(id)}>
          Pause sweep
        </Button>
      ) : (
        (!isOver || counts.numFailed > 0) &&
        !isElsewhere && (
          <Button aria-label={`Go on with ${name}`} onClick={() => void actions.goOn(id)}>
            {isOver ? "Try failed runs again" : "Go on"}
          </Button>
        )
      )}
      <Button
        look="icon"
        disabled={isElsewhere}
        aria-label={`Remove ${name}; its runs stay`}
        onClick={() => void actions.remove(id)}
      >
        <Trash2 size={16} aria-hidden />
      </Button>
    </li>
  );
}

/** Offers to go on with what a reload or a crash interrupted, or to remove what is kept of it. */
import { useState } from "react";
import { foundExperimentText, foundText, isOfRace } from "../../store/run/foundRun.ts";
import { type Interrupted, missingFiles } from "../../store/run/interrupted.ts";
import { discardExperiment, discardRun } from "../../store/run/keptOnPage.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";
import { MissingFilesButton } from "./MissingFilesButton.tsx";
import { Notice } from "./Notice.tsx";
import { useGoOn } from "./useGoOn.ts";

function InterruptedNotice(props: {
  readonly what: Interrupted;
  readonly text: string;
  readonly onDiscard: () => void;
}) {
  const { what, text, onDiscard } = props;
  const goOn = useGoOn();
  const missing = missingFiles(
    what,
    usePlayground(({ ownData }) => ownData),
  );
  const { kind } = what;
  return (
    <Notice
      tone="plain"
      actions={
        <span className="notice-actions">
          {missing === null ? (
            <Button look="small" onClick={() => goOn(what)}>
              Go on
            </Button>
          ) : (
            <MissingFilesButton kind={missing.kind} />
          )}
          <Button look="small" onClick={onDiscard}>
            Discard it
          </Button>
        </span>
      }
    >
      <b>
        {kind === "experiment" ? "An" : "A"} {kind} was interrupted.
      </b>{" "}
      {text}
      {missing?.text}
    </Notice>
  );
}

/** A run or a race that has a checkpoint. */
export function FoundRun() {
  const actions = useActions();
  const found = usePlayground(({ view }) => view.found);
  const [openedAt] = useState(() => Date.now());
  if (found === null) return null;
  const discard = () => {
    actions.setView({ found: null });
    void discardRun(found.runId);
  };
  return (
    <InterruptedNotice
      what={{ kind: isOfRace(found) ? "race" : "run", checkpoint: found }}
      text={foundText(found, openedAt)}
      onDiscard={discard}
    />
  );
}

/** An experiment of which the results of the finished seeds are kept, with or without a checkpoint of the race of its seed. */
export function FoundExperiment() {
  const actions = useActions();
  const found = usePlayground(({ view }) => view.foundExperiment);
  const [openedAt] = useState(() => Date.now());
  if (found === null) return null;
  const discard = () => {
    actions.setView({ foundExperiment: null });
    discardExperiment(found);
  };
  return (
    <InterruptedNotice
      what={{ kind: "experiment", ...found }}
      text={foundExperimentText(found, openedAt)}
      onDiscard={discard}
    />
  );
}

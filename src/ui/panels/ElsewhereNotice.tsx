/** Says what another tab trains, and takes it over into this one. */
import { useRef, useState } from "react";
import { takeOver } from "../../store/run/elsewhere.ts";
import { foundText } from "../../store/run/foundRun.ts";
import { type Elsewhere, interruptedText, missingFiles } from "../../store/run/interrupted.ts";
import { isActive } from "../../store/run/runState.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";
import { MissingFilesButton } from "./MissingFilesButton.tsx";
import { Notice } from "./Notice.tsx";
import { useGoOn } from "./useGoOn.ts";

export function ElsewhereNotice() {
  const elsewhere = usePlayground(({ view }) => view.elsewhere);
  // It would take the place of a run that this tab has.
  const isBusy = usePlayground(({ run }) => isActive(run));
  const [dismissed, setDismissed] = useState("");
  if (elsewhere === null || elsewhere.runId === dismissed) return null;
  if (isBusy && elsewhere.what.kind === "run") return null;
  return <Offer elsewhere={elsewhere} onClose={() => setDismissed(elsewhere.runId)} />;
}

function Offer(props: { readonly elsewhere: Elsewhere; readonly onClose: () => void }) {
  const { elsewhere, onClose } = props;
  const { what, status, reason, newest } = elsewhere;
  const actions = useActions();
  const goOn = useGoOn();
  const missing = missingFiles(
    what,
    usePlayground(({ ownData }) => ownData),
  );
  const asking = useRef<AbortController>(null);
  const isUnderWay = status === "asked" || status === "saving";
  const take = async () => {
    asking.current?.abort();
    const ending = new AbortController();
    asking.current = ending;
    const taken = await takeOver(actions, elsewhere, window, ending.signal);
    if (taken !== null) goOn(taken);
  };
  const goOnFrom = (checkpoint: NonNullable<Elsewhere["newest"]>) => {
    asking.current?.abort();
    actions.setView({ elsewhere: null });
    goOn({ ...what, checkpoint }, true);
  };
  const close = () => {
    asking.current?.abort();
    onClose();
  };
  return (
    <Notice
      tone={status === "silent" || status === "refused" ? "warning" : "plain"}
      {...(!isUnderWay && { onClose: close })}
      actions={
        !isUnderWay &&
        (missing !== null ? (
          <MissingFilesButton kind={missing.kind} />
        ) : (
          <span className="notice-actions">
            {status === "silent" && newest !== null && (
              <Button look="small" onClick={() => goOnFrom(newest)}>
                Go on from its checkpoint
              </Button>
            )}
            <Button look="small" onClick={() => void take()}>
              {status === "offered" ? "Take it over here" : "Ask again"}
            </Button>
          </span>
        ))
      }
    >
      {status === "offered" && (
        <>
          <b>Another tab trains:</b> {interruptedText(what)}. When it is taken over, that tab keeps
          a checkpoint and stops, and this one goes on from there.
          {missing?.text}
        </>
      )}
      {status === "asked" && <>Asking the other tab for: {interruptedText(what)}.</>}
      {status === "saving" && (
        <>The other tab keeps a checkpoint, then this one goes on: {interruptedText(what)}.</>
      )}
      {status === "refused" && (
        <>
          <b>The other tab goes on with it:</b> {interruptedText(what)}. {reason}
        </>
      )}
      {status === "silent" && <Silent newest={newest} />}
    </Notice>
  );
}

function Silent({ newest }: Pick<Elsewhere, "newest">) {
  const [now] = useState(() => Date.now());
  return (
    <>
      <b>The other tab does not answer.</b> The browser may have frozen it, or it has crashed.{" "}
      {newest === null
        ? "It has kept no checkpoint yet, so nothing can go on here."
        : `Its newest checkpoint: ${foundText(newest, now)} What it trained after that is repeated here.`}
    </>
  );
}

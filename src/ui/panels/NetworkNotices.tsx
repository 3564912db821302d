/**
 * Shows what the page waits for from the network, since when and why, and whether the server has another version of the page.
 */
import type { NetworkWait } from "../../core/network.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";

export function NetworkNotices() {
  return (
    <>
      <WaitingNotice />
      <Outdated />
    </>
  );
}

/** This is part of the first load, because nothing can be loaded when it is needed. */
function NetworkNotice(props: {
  readonly title: string;
  readonly text: string;
  readonly act: string;
  readonly onAct: () => void;
}) {
  const { title, text, act, onAct } = props;
  return (
    <div className="notice notice-warning">
      <div className="notice-words">
        <b>{title}</b> <span>{text}</span>
      </div>
      <Button look="small" onClick={onAct}>
        {act}
      </Button>
    </div>
  );
}

export function WaitingNotice() {
  const actions = useActions();
  const waits = usePlayground(({ view }) => view.waits);
  const [first, ...others] = waits.toSorted((a, b) => a.sinceMs - b.sinceMs);
  if (first === undefined) return null;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return (
    <NetworkNotice
      title={`Waiting for the network since ${timeOf(first)}.`}
      text={`${first.what}${more}: ${first.reason.replace(/[.]$/, "")}. What needs it goes on by itself when it has come.`}
      act="Try again now"
      onAct={actions.tryAgain}
    />
  );
}

function timeOf({ sinceMs }: NetworkWait): string {
  return new Date(sinceMs).toLocaleTimeString("en-GB");
}

function Outdated() {
  const outdated = usePlayground(({ view }) => view.outdated);
  if (!outdated) return null;
  return (
    <NetworkNotice
      title="The server has a newer version of this page."
      text="What is loaded goes on working. Save what you need of it before you reload; the address keeps the settings."
      act="Reload"
      onAct={() => window.location.reload()}
    />
  );
}

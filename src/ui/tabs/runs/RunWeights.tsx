/** What is kept of a run's weights, and what can be done with them. */
import { formatBytes, formatCount } from "../../../core/units.ts";
import { type RunHead, titleOf } from "../../../runs/runRecord.ts";
import { DEFAULT_TAB } from "../../../store/page/viewState.ts";
import { experimentPlace } from "../../../store/race/experimentPlace.ts";
import { interruptedOf } from "../../../store/run/interrupted.ts";
import { noWeightsText } from "../../../store/runs/keptWeights.ts";
import { useActions, usePlayground } from "../../PlaygroundContext.tsx";
import { useGoOn } from "../../panels/useGoOn.ts";
import { Button } from "../../widgets/Button.tsx";
import { useToast } from "../../widgets/Toasts.tsx";
import { useRunsActions } from "./RunsContext.tsx";
import { useKeptWeights } from "./useKeptWeights.ts";

/** The dialogs about a run that take the place of its own. */
export type StoredDialog = "mistakes" | "export" | "file";

export function RunWeights(props: {
  readonly head: RunHead;
  readonly onClose: () => void;
  readonly onOpen: (dialog: StoredDialog) => void;
}) {
  const { head, onClose, onOpen } = props;
  const kept = useKeptWeights(head.id);
  const actions = useRunsActions();
  const page = useActions();
  const goOn = useGoOn();
  const showToast = useToast();
  const isBaseLocked = usePlayground(({ settings }) =>
    settings.restrictions.locked.includes("base"),
  );
  const current = usePlayground(({ run }) => run.runId);
  if (kept === undefined) return <p className="runs-words">Looking for its weights ...</p>;
  if (kept === null) return <p className="runs-words">{noWeightsText(head)}</p>;
  const { summary, sizeBytes } = kept;
  // What another tab trains, or this one as a race, an experiment or a sweep, counts as running.
  const isFree = head.kind === "run" ? current !== head.id : head.outcome !== "running";
  const goesOn = !summary.isFinished && isFree;
  const goOnWithIt = async () => {
    goOn(await interruptedOf(summary, experimentPlace));
    onClose();
  };
  const show = () => {
    page.setView({ tab: DEFAULT_TAB });
    onClose();
  };
  const continueWith = async () => {
    await actions.continueFrom(head.id);
    show();
    showToast({
      title: "Ready to continue",
      text: `The next run starts from the weights of ${titleOf(head)}. Above the controls stands which layers match.`,
    });
  };
  return (
    <section aria-label="Weights of the run">
      <p className="runs-words">
        {`Its ${summary.isFinished ? "best" : "newest"} weights are kept in this browser, ${formatBytes(sizeBytes)}${summary.isFinished ? "" : `, step ${formatCount(summary.step)} of ${formatCount(summary.totalSteps)}`}.`}
        {isBaseLocked &&
          " The link to this page has locked Base weights, so no run starts from them."}
      </p>
      <div className="runs-actions">
        {goesOn && <Button onClick={() => void goOnWithIt()}>Go on with this {head.kind}</Button>}
        <Button disabled={isBaseLocked} onClick={() => void continueWith()}>
          Continue with its weights
        </Button>
        <Button onClick={() => onOpen("mistakes")}>Mistakes and confidence</Button>
        <Button onClick={() => onOpen("export")}>Export network</Button>
      </div>
    </section>
  );
}

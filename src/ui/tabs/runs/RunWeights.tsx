/** What is kept of a run's weights, and what can be done with them. */
import { formatBytes, formatCount } from "../../../core/units.ts";
import { type RunHead, titleOf } from "../../../runs/runRecord.ts";
import { DEFAULT_TAB } from "../../../store/page/viewState.ts";
import { noWeightsText } from "../../../store/runs/keptWeights.ts";
import { useActions, usePlayground } from "../../PlaygroundContext.tsx";
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
  const showToast = useToast();
  const isBaseLocked = usePlayground(({ settings }) =>
    settings.restrictions.locked.includes("base"),
  );
  const current = usePlayground(({ run }) => run.runId);
  if (kept === undefined) return <p className="runs-words">Looking for its weights ...</p>;
  if (kept === null) return <p className="runs-words">{noWeightsText(head)}</p>;
  const { summary, sizeBytes } = kept;
  const goesOn = !summary.isFinished && head.kind === "run" && current !== head.id;
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
        {goesOn && (
          <Button
            onClick={() => {
              page.goOnWith(summary);
              show();
            }}
          >
            Go on with this run
          </Button>
        )}
        <Button disabled={isBaseLocked} onClick={() => void continueWith()}>
          Continue with its weights
        </Button>
        <Button onClick={() => onOpen("mistakes")}>Mistakes and confidence</Button>
        <Button onClick={() => onOpen("export")}>Export network</Button>
      </div>
    </section>
  );
}

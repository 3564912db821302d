/** Everything about one run: its name, tags and notes, what it was made of, and what can be done with it. */
import { useMemo, useState } from "react";
import { reasonOf } from "../../../core/errors.ts";
import { network } from "../../../core/network.ts";
import { formatCount, formatDuration, formatLarge } from "../../../core/units.ts";
import { FIGURES } from "../../../runs/compareRuns.ts";
import { slugOf } from "../../../runs/files/runFileName.ts";
import {
  MOST_NAME_LETTERS,
  MOST_NOTE_LETTERS,
  MOST_TAG_LETTERS,
  MOST_TAGS,
} from "../../../runs/runLimits.ts";
import { changesOf, recipeTitle } from "../../../runs/runName.ts";
import { type RunHead, titleOf } from "../../../runs/runRecord.ts";
import { settingText } from "../../../settings/settingText.ts";
import { recordedHistory } from "../../../store/files/recordedHistory.ts";
import { DEFAULT_TAB } from "../../../store/page/viewState.ts";
import { useActions } from "../../PlaygroundContext.tsx";
import { saveFile } from "../../saveFile.ts";
import { Button } from "../../widgets/Button.tsx";
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import { useToast } from "../../widgets/Toasts.tsx";
import { useRuns, useRunsActions } from "./RunsContext.tsx";
import { RunWeights, type StoredDialog } from "./RunWeights.tsx";
import { dateText, OUTCOME_WORDS } from "./runWords.ts";

export function RunDialog(props: {
  readonly id: string;
  readonly onClose: () => void;
  /** Opens another dialog about it in place of this one. */
  readonly onOpen: (dialog: StoredDialog) => void;
}) {
  const { id, onClose, onOpen } = props;
  const head = useRuns(({ heads }) => heads?.find((one) => one.id === id));
  if (head === undefined) return null;
  return (
    <DialogFrame
      title={titleOf(head)}
      words={<Facts head={head} />}
      className="run-dialog"
      onClose={onClose}
    >
      <Words head={head} />
      <RunWeights head={head} onClose={onClose} onOpen={onOpen} />
      <Actions head={head} onClose={onClose} onExport={() => onOpen("file")} />
    </DialogFrame>
  );
}

function Facts({ head }: { readonly head: RunHead }) {
  const {
    recipeId,
    settings,
    engine,
    machine,
    group,
    error,
    ending,
    remarks,
    plan,
    figures,
    startedAt,
    data,
  } = head;
  const changes = changesOf(recipeId, settings);
  return (
    <>
      <p>
        {OUTCOME_WORDS[head.outcome]}, {dateText(startedAt, Date.now())}.{" "}
        {group !== null &&
          `${head.kind === "race" ? "Race" : "Experiment"} “${group.title}”, ${group.lane}. `}
        {formatCount(figures.step)} of{" "}
        {plan === null ? "an unknown number of" : formatCount(plan.totalSteps)} steps in{" "}
        {formatDuration(figures.trainMs)}
        {engine !== null && `, on ${engine.label} (${engine.device})`}.{" "}
        {data !== "" && `Images: ${data}. `}
        {head.costs !== null &&
          `${formatCount(head.costs.parameters)} parameters, ${formatLarge(head.costs.macs)} MACs for an image.`}
      </p>
      <p>
        {recipeTitle(recipeId)}
        {changes.length === 0
          ? ", unchanged."
          : ` with ${changes.map((key) => settingText(key, settings)).join(", ")}.`}{" "}
        {changes.includes("seed") ? "" : `Seed ${settings.seed}.`}
      </p>
      <p>
        {FIGURES.flatMap((figure) => {
          const value = figure.valueOf(head);
          return value === null || !figure.key.match(/test|validation|best|training|loss/)
            ? []
            : [`${figure.label} ${figure.textOf(value)}`];
        }).join(", ")}
      </p>
      {error !== "" && <p className="field-problem">{error}</p>}
      {ending !== "" && <p>{ending}</p>}
      {remarks.map((remark) => (
        <p key={remark}>{remark}</p>
      ))}
      <p className="run-machine">
        {machine.cores} cores
        {machine.memoryGb !== null && `, about ${machine.memoryGb} GB of memory`}; {machine.browser}
      </p>
    </>
  );
}

function Words({ head }: { readonly head: RunHead }) {
  const actions = useRunsActions();
  const [tags, setTags] = useState(head.tags.join(", "));
  const { id } = head;
  return (
    <div className="run-fields">
      <label>
        Name
        <input
          type="text"
          className="number-box wide"
          placeholder={head.name}
          maxLength={MOST_NAME_LETTERS}
          value={head.ownName}
          onChange={(event) => void actions.annotate(id, { ownName: event.target.value })}
        />
      </label>
      <label>
        Tags
        <input
          type="text"
          className="number-box wide"
          placeholder="separated by commas"
          maxLength={MOST_TAGS * MOST_TAG_LETTERS}
          value={tags}
          onChange={(event) => {
            setTags(event.target.value);
            void actions.annotate(id, { tags: tagsIn(event.target.value) });
          }}
        />
      </label>
      <label>
        Notes
        <textarea
          className="number-box wide"
          rows={4}
          maxLength={MOST_NOTE_LETTERS}
          value={head.notes}
          onChange={(event) => void actions.annotate(id, { notes: event.target.value })}
        />
      </label>
    </div>
  );
}

function tagsIn(text: string): readonly string[] {
  const tags = text.split(",").map((tag) => tag.trim().slice(0, MOST_TAG_LETTERS));
  return [...new Set(tags.filter((tag) => tag !== ""))].slice(0, MOST_TAGS);
}

function Actions(props: {
  readonly head: RunHead;
  readonly onClose: () => void;
  readonly onExport: () => void;
}) {
  const { head, onClose, onExport } = props;
  const actions = useRunsActions();
  const page = useActions();
  const showToast = useToast();
  const ids = useMemo(() => [head.id], [head.id]);
  async function save(ending: "html" | "csv"): Promise<void> {
    try {
      const [record] = await actions.records(ids);
      if (record === undefined) return;
      const { reportFile } = await network.untilThere(
        "The report",
        () => import("./RunReport.tsx"),
      );
      const [text, type] =
        ending === "csv"
          ? [recordedHistory(record), "text/csv"]
          : [reportFile(record), "text/html"];
      saveFile(`${slugOf(head)}.${ending}`, text, type);
    } catch (error) {
      showToast({ title: "Not saved", text: reasonOf(error) });
    }
  }
  return (
    <div className="runs-actions">
      <Button
        look="primary"
        onClick={() => {
          actions.restore(head.id);
          page.setView({ tab: DEFAULT_TAB });
          showToast({
            title: "Settings restored",
            text: `The controls now have those of ${titleOf(head)}.`,
          });
          onClose();
        }}
      >
        Restore settings
      </Button>
      <Button onClick={onExport}>Export run</Button>
      <Button onClick={() => void save("html")}>Save report</Button>
      <Button onClick={() => void save("csv")}>Save curves as CSV</Button>
    </div>
  );
}

/** The list of recorded runs: search, filters, order, and what can be done with all of them. It shows some dozens at a time. */
import { useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { formatBytes, formatCount } from "../../../core/units.ts";
import { EVERY_RUN, foundRuns, type RunQuery, tagsOf } from "../../../runs/findRuns.ts";
import type { RunHead } from "../../../runs/runRecord.ts";
import { keptBytes, MOST_KEPT_BYTES } from "../../../store/data/keptFiles.ts";
import { MOST_CHOSEN } from "../../../store/runs/store.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { Button } from "../../widgets/Button.tsx";
import { Card } from "../../widgets/Card.tsx";
import { lazyDialog } from "../../widgets/lazyPart.tsx";
import { SelectBox } from "../../widgets/SelectBox.tsx";
import { useLoadedDialog } from "../../widgets/useLoadedDialog.tsx";
import { RunRow } from "./RunRow.tsx";
import { useRuns, useRunsActions } from "./RunsContext.tsx";
import type { StoredDialog } from "./RunWeights.tsx";
import {
  checkpointsWarningOf,
  KIND_OPTIONS,
  ORDER_OPTIONS,
  OUTCOME_OPTIONS,
  warningOf,
} from "./runWords.ts";

/** More rows would make opening and searching slow. */
const ROWS_AT_ONCE = 30;
/** The rows that a window shows at first. The others are drawn after them. */
const FIRST_ROWS = 10;

const RunDialog = lazyDialog("Run", async () => (await import("./RunDialog.tsx")).RunDialog);

const SaveRuns = lazyDialog("Export", async () => (await import("./SaveRuns.tsx")).SaveRuns);
const StoredMistakes = lazyDialog(
  "Mistakes and confidence",
  async () => (await import("./StoredMistakes.tsx")).StoredMistakes,
);
const StoredExport = lazyDialog(
  "Export network",
  async () => (await import("./StoredExport.tsx")).StoredExport,
);

const NONE: readonly RunHead[] = [];

export function RunList() {
  const heads = useRuns((state) => state.heads);
  const query = useDeferredValue(useRuns((state) => state.query));
  const found = useMemo(() => foundRuns(heads ?? NONE, query), [heads, query]);
  const numRuns = useMemo(
    () => (heads ?? NONE).filter(({ deletedAt }) => deletedAt === null).length,
    [heads],
  );
  return (
    <Card
      title="Recorded runs"
      region="Recorded runs"
      className="runs-list"
      note={heads !== null && <CountText numFound={found.length} numRuns={numRuns} />}
    >
      <Filters heads={heads ?? NONE} />
      <Undo />
      {heads === null ? (
        <p className="runs-words">Reading the runs ...</p>
      ) : numRuns === 0 ? (
        <p className="runs-words">
          Nothing is recorded yet. Every run, race and experiment appears here by itself as soon as
          it has taken a step, and stays after a reload.
        </p>
      ) : found.length === 0 ? (
        <NothingFound />
      ) : (
        <Rows found={found} query={query} />
      )}
      <Storage found={found} />
    </Card>
  );
}

function CountText({ numFound, numRuns }: { readonly numFound: number; readonly numRuns: number }) {
  return (
    <span role="status" aria-label="Runs found">
      {numFound === numRuns
        ? `${formatCount(numRuns)} ${numRuns === 1 ? "run" : "runs"}`
        : `${formatCount(numFound)} of ${formatCount(numRuns)}`}
    </span>
  );
}

function NothingFound() {
  const actions = useRunsActions();
  return (
    <p className="runs-words">
      No run has all of this.{" "}
      <Button look="small" onClick={() => actions.find(EVERY_RUN)}>
        Show all
      </Button>
    </p>
  );
}

function Filters({ heads }: { readonly heads: readonly RunHead[] }) {
  const actions = useRunsActions();
  const query = useRuns((state) => state.query);
  const tags = useMemo(() => tagsOf(heads), [heads]);
  const find = (change: Partial<RunQuery>) => actions.find(change);
  return (
    <div className="runs-filters" role="search">
      <input
        type="search"
        className="number-box wide runs-search"
        aria-label="Search runs"
        placeholder="Name, setting, tag, note"
        value={query.words}
        onChange={(event) => find({ words: event.target.value })}
      />
      <SelectBox
        label="Kind of run"
        value={query.kind}
        options={KIND_OPTIONS}
        onChange={(kind) => find({ kind })}
      />
      <SelectBox
        label="Outcome"
        value={query.outcome}
        options={OUTCOME_OPTIONS}
        onChange={(outcome) => find({ outcome })}
      />
      <SelectBox
        label="Order"
        value={query.order}
        options={ORDER_OPTIONS}
        onChange={(order) => find({ order })}
      />
      {tags.length > 0 && (
        <SelectBox
          label="Tag"
          value={query.tag}
          options={[
            { value: "", label: "Any tag" },
            ...tags.map((tag) => ({ value: tag, label: tag })),
          ]}
          onChange={(tag) => find({ tag })}
        />
      )}
      <label className="runs-check">
        <input
          type="checkbox"
          checked={query.pinnedOnly}
          onChange={(event) => find({ pinnedOnly: event.target.checked })}
        />
        Pinned
      </label>
    </div>
  );
}

function Rows(props: { readonly found: readonly RunHead[]; readonly query: RunQuery }) {
  const { found, query } = props;
  const [shown, setShown] = useState({ query, numRows: ROWS_AT_ONCE });
  const [opened, setOpened] = useState<Opened | null>(null);
  const chosen = useRuns((state) => state.chosen);
  const close = () => setOpened(null);
  const open = useCallback((id: string) => setOpened({ id, what: "run" }), []);
  // Another search begins at its top. The rows stay, because making them again would take longer than a key press.
  const numRows = shown.query === query ? shown.numRows : ROWS_AT_ONCE;
  const numDrawn = useDeferredValue(numRows, FIRST_ROWS);
  const more = found.length - numRows;
  return (
    <>
      <ul className="runs-rows">
        {found.slice(0, Math.min(numRows, numDrawn)).map((head) => (
          <RunRow
            key={head.id}
            head={head}
            place={chosen.indexOf(head.id)}
            isFull={chosen.length >= MOST_CHOSEN}
            onOpen={open}
          />
        ))}
      </ul>
      {more > 0 && (
        <Button
          className="runs-more"
          onClick={() => setShown({ query, numRows: numRows + ROWS_AT_ONCE })}
        >
          Show {formatCount(Math.min(more, ROWS_AT_ONCE))} more of {formatCount(more)}
        </Button>
      )}
      {opened?.what === "run" && (
        <RunDialog
          id={opened.id}
          onClose={close}
          onFailure={close}
          onOpen={(what) => setOpened({ id: opened.id, what })}
        />
      )}
      {opened !== null && opened.what !== "run" && (
        <StoredDialogs {...opened} what={opened.what} onClose={close} />
      )}
    </>
  );
}

interface Opened {
  readonly id: string;
  readonly what: "run" | StoredDialog;
}

function StoredDialogs(props: {
  readonly id: string;
  readonly what: StoredDialog;
  readonly onClose: () => void;
}) {
  const { id, what, onClose } = props;
  const head = useRuns(({ heads }) => heads?.find((one) => one.id === id));
  if (head === undefined) return null;
  const shown = { head, onClose, onFailure: onClose };
  if (what === "file") return <SaveRuns {...shown} heads={[head]} />;
  return what === "export" ? (
    <StoredExport {...shown} />
  ) : (
    <StoredMistakes {...shown} part="test" cell={null} />
  );
}

function Undo() {
  const actions = useRunsActions();
  const numDeleted = useRuns((state) => state.deleted.length);
  return (
    <div role="status" aria-label="Deleted runs">
      {numDeleted > 0 && (
        <p className="runs-undo">
          {numDeleted === 1
            ? "One run was deleted."
            : `${formatCount(numDeleted)} runs were deleted.`}{" "}
          <Button look="small" onClick={() => void actions.undoRemove()}>
            Undo
          </Button>
        </p>
      )}
    </div>
  );
}

/** States what is used, and what goes first when it is full. */
function Storage({ found }: { readonly found: readonly RunHead[] }) {
  const usage = useRuns((state) => state.usage);
  const heads = useRuns((state) => state.heads);
  const numUnreadable = useRuns((state) => state.numUnreadable);
  const isPersistent = useRuns((state) => state.isPersistent);
  const ownData = usePlayground((state) => state.ownData);
  const ownBytes = useMemo(() => keptBytes(ownData), [ownData]);
  const forget = useLoadedDialog(
    "Forget everything",
    async () => (await import("./ForgetDialog.tsx")).ForgetDialog,
  );
  const [saved, setSaved] = useState<readonly RunHead[] | null>(null);
  const close = () => setSaved(null);
  const warning = useMemo(() => usage && warningOf(usage, heads ?? NONE), [usage, heads]);
  return (
    <div className="runs-storage">
      {usage !== null && (
        <p className="runs-words">
          {formatBytes(usage.bytes)} of {formatBytes(usage.limitBytes)} in this browser, on this
          machine only. When it is full, the oldest runs without a pin go first.
          {isPersistent === true &&
            " The browser has promised to keep this page's data when the disk fills up."}
          {isPersistent === false &&
            " The browser has not promised to keep pinned runs when the disk fills up; export what matters."}
          {numUnreadable > 0 &&
            ` ${formatCount(numUnreadable)} more were written by a newer version of this page or are damaged; they stay and are not shown.`}
        </p>
      )}
      {warning !== null && <p className="field-problem">{warning}</p>}
      <Checkpoints />
      {ownBytes > 0 && (
        <p className="runs-words">
          Files of your own: {formatBytes(ownBytes)} of at most {formatBytes(MOST_KEPT_BYTES)} for
          each data set. They stay until you take the tick away below the data set.
        </p>
      )}
      <ImportedText />
      <div className="runs-actions">
        <ImportButton />
        <Button disabled={found.length === 0} onClick={() => setSaved(found)}>
          {`Export ${found.length === 1 ? "this run" : `these ${formatCount(found.length)} runs`}`}
        </Button>
        <Button onClick={forget.open} disabled={(heads ?? NONE).length === 0 && ownBytes === 0}>
          Forget everything
        </Button>
      </div>
      {forget.dialog}
      {saved !== null && <SaveRuns heads={saved} onClose={close} onFailure={close} />}
    </div>
  );
}

/** States the room that checkpoints take, and whose go first when it is used up. */
function Checkpoints() {
  const checkpoints = useRuns((state) => state.checkpoints);
  const heads = useRuns((state) => state.heads);
  const next = useMemo(
    () =>
      checkpoints === null || checkpoints === "unavailable"
        ? null
        : checkpointsWarningOf(checkpoints, heads ?? NONE),
    [checkpoints, heads],
  );
  if (checkpoints === null) return null;
  if (checkpoints === "unavailable")
    return (
      <p className="runs-words">
        The browser gives this page no storage for checkpoints, so a reload loses a run that trains.
      </p>
    );
  return (
    <>
      <p className="runs-words">
        Checkpoints: {formatBytes(checkpoints.bytes)} of at most{" "}
        {formatBytes(checkpoints.limitBytes)}. When they need room, those of the oldest finished
        runs without a pin go first.
      </p>
      {next !== null && <p className="field-problem">{next}</p>}
    </>
  );
}

function ImportedText() {
  const imported = useRuns((state) => state.imported);
  return (
    <div role="status" aria-label="Imported runs">
      {imported !== null && (
        <p className={imported.isProblem ? "field-problem" : "runs-words"}>{imported.words}</p>
      )}
    </div>
  );
}

function ImportButton() {
  const actions = useRunsActions();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button onClick={() => input.current?.click()}>Import runs</Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept=".zip,.checkpoint"
        aria-label="Files of runs"
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          // The same file can be chosen again.
          currentTarget.value = "";
          if (files.length > 0) void actions.importFiles(files);
        }}
      />
    </>
  );
}

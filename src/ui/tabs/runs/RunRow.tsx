/** A run in the list: chosen for comparison by its box, opened by its name, pinned and deleted by the buttons beside it. */
import { Pin, PinOff, Trash2 } from "lucide-react";
import { memo } from "react";
import { type RunHead, titleOf } from "../../../runs/runRecord.ts";
import { Button } from "../../widgets/Button.tsx";
import { RunNumber } from "./RunNumber.tsx";
import { useRunsActions } from "./RunsContext.tsx";
import { accuracyText, summaryOf } from "./runWords.ts";

interface RunRowProps {
  readonly head: RunHead;
  /** Its place among the chosen runs; -1 when it is none of them. */
  readonly place: number;
  /** Whether no more runs can be chosen. */
  readonly isFull: boolean;
  readonly onOpen: (id: string) => void;
}

export const RunRow = memo(({ head, place, isFull, onOpen }: RunRowProps) => {
  const actions = useRunsActions();
  const { id, pinned, tags } = head;
  const title = titleOf(head);
  const isChosen = place >= 0;
  return (
    <li className="run-row" data-chosen={isChosen || undefined}>
      <input
        type="checkbox"
        aria-label={`Compare ${title}`}
        checked={isChosen}
        disabled={isFull && !isChosen}
        onChange={() => actions.toggle(id)}
      />
      <div className="run-words">
        <button
          type="button"
          className="run-name"
          aria-label={`Open ${title}`}
          onClick={() => onOpen(id)}
        >
          {title}
        </button>
        <p className="run-summary">
          {summaryOf(head, Date.now())}
          {tags.map((tag) => (
            <span key={tag} className="run-tag">
              {tag}
            </span>
          ))}
        </p>
      </div>
      <span className="run-accuracy">
        {accuracyText(head)}
        {isChosen && <RunNumber index={place} />}
      </span>
      <Button
        look="icon"
        aria-label={`${pinned ? "Unpin" : "Pin"} ${title}`}
        aria-pressed={pinned}
        onClick={() => void actions.annotate(id, { pinned: !pinned })}
      >
        {pinned ? <PinOff size={16} aria-hidden /> : <Pin size={16} aria-hidden />}
      </Button>
      <Button look="icon" aria-label={`Delete ${title}`} onClick={() => void actions.remove([id])}>
        <Trash2 size={16} aria-hidden />
      </Button>
    </li>
  );
});

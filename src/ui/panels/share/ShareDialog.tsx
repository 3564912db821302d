/**
 * Shares a link to the current settings: copies it, draws it as a QR code and says what it contains. A teacher chooses by clicking
 * what the link locks, hides and opens.
 */
import { Copy, Maximize2 } from "lucide-react";
import { useState } from "react";
import { addressOf } from "../../../store/page/address.ts";
import { DIALOG_IDS, type DialogId, TAB_IDS, type TabId } from "../../../store/page/viewState.ts";
import { cleanName, MAX_NAME_CHARACTERS } from "../../../store/settings/link.ts";
import { DIALOG_TITLES, linkWords, titleOf } from "../../../store/settings/linkWords.ts";
import type { Restrictions } from "../../../store/settings/restrictions.ts";
import { copyText } from "../../copyText.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { Button } from "../../widgets/Button.tsx";
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import { SelectBox } from "../../widgets/SelectBox.tsx";
import type { LoadedDialogProps } from "../../widgets/useLoadedDialog.tsx";
import { LockTable } from "./LockTable.tsx";
import { QrCode } from "./QrCode.tsx";
import "./share.css";

const TAB_OPTIONS = TAB_IDS.map((value) => ({ value, label: titleOf(value) }));
const DIALOG_OPTIONS = [
  { value: "none", label: "None" },
  ...DIALOG_IDS.map((value) => ({ value, label: DIALOG_TITLES[value] })),
] as const;

export function ShareDialog({ onClose }: LoadedDialogProps) {
  const { recipeId, values, restrictions: given } = usePlayground(({ settings }) => settings);
  const [tab, setTab] = useState<TabId>(usePlayground(({ view }) => view.tab));
  const [dialog, setDialog] = useState<DialogId | null>(null);
  const [restrictions, setRestrictions] = useState<Restrictions>(given);
  const content = { recipeId, values, tab, dialog, restrictions };
  const link = addressOf(content, window);
  const [first, ...others] = linkWords(content);
  return (
    <DialogFrame
      title="Share"
      words="The link opens this page with these settings. Weights and a person's own files are not part of it."
      className="share-dialog"
      onClose={onClose}
    >
      <CopyLink link={link} />
      <div className="share-columns">
        <Code link={link} />
        <section aria-label="What the link contains">
          <h3>What it contains</h3>
          <p className="share-words">{first}</p>
          {others.length > 0 && (
            <ul className="share-words">
              {others.map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          )}
        </section>
      </div>
      <h3>What it opens</h3>
      <div className="share-choices">
        <span className="field-label">Tab</span>
        <SelectBox label="Tab of the link" value={tab} options={TAB_OPTIONS} onChange={setTab} />
        <span className="field-label">Dialog</span>
        <SelectBox<DialogId | "none">
          label="Dialog of the link"
          value={dialog ?? "none"}
          options={DIALOG_OPTIONS}
          onChange={(chosen) => setDialog(chosen === "none" ? null : chosen)}
        />
        <label className="field-label" htmlFor="share-by">
          From
        </label>
        <input
          id="share-by"
          type="text"
          className="number-box wide"
          placeholder="Your name, for a class; may stay empty"
          maxLength={MAX_NAME_CHARACTERS}
          disabled={given.by !== ""}
          defaultValue={restrictions.by}
          onChange={(event) =>
            setRestrictions({ ...restrictions, by: cleanName(event.target.value) })
          }
        />
      </div>
      <LockTable given={given} restrictions={restrictions} onChange={setRestrictions} />
    </DialogFrame>
  );
}

function CopyLink({ link }: { readonly link: string }) {
  const [outcome, setOutcome] = useState<{ readonly link: string; readonly words: string }>();
  const copy = async () => {
    const words = (await copyText(link))
      ? "Copied."
      : "The browser did not allow copying; select the link and copy it by hand.";
    setOutcome({ link, words });
  };
  return (
    <div className="share-link">
      <input
        type="text"
        readOnly
        className="number-box wide"
        aria-label="Link"
        value={link}
        onFocus={(event) => event.target.select()}
      />
      <Button look="primary" onClick={() => void copy()}>
        <Copy size={15} aria-hidden />
        Copy link
      </Button>
      <span className="share-outcome" aria-live="polite">
        {outcome?.link === link && outcome.words}
      </span>
    </div>
  );
}

function Code({ link }: { readonly link: string }) {
  const [isLarge, setLarge] = useState(false);
  return (
    <div className="share-code" data-large={isLarge || undefined}>
      <QrCode text={link} />
      <Button look="small" aria-pressed={isLarge} onClick={() => setLarge(!isLarge)}>
        <Maximize2 size={14} aria-hidden />
        Large code
      </Button>
    </div>
  );
}

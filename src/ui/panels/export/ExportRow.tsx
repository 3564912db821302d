/** One kind of file: its description, its button, and the outcome. */
import { useId, useState } from "react";
import { messageOf } from "../../../core/errors.ts";
import { formatBytes } from "../../../core/units.ts";
import { fileName, type WeightsChoice } from "../../../store/files/exports.ts";
import { saveFile } from "../../saveFile.ts";
import { Button } from "../../widgets/Button.tsx";

export interface ExportRowProps {
  readonly title: string;
  readonly words: string;
  /** Why it is not available; `null` when it is. */
  readonly hindrance: string | null;
  readonly make: () => Promise<{ readonly step: number; readonly bytes: Uint8Array<ArrayBuffer> }>;
  readonly file: {
    readonly recipe: string;
    readonly weights: WeightsChoice;
    readonly ending: string;
    readonly type: string;
  };
}

type Outcome = { readonly kind: "making" | "saved" | "failed"; readonly words: string };

export function ExportRow({ title, words, hindrance, make, file }: ExportRowProps) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const state = useId();
  const possible = hindrance === null && outcome?.kind !== "making";

  async function save(): Promise<void> {
    setOutcome({ kind: "making", words: "Being made ..." });
    try {
      const { step, bytes } = await make();
      const name = fileName(file.recipe, step, file.weights, file.ending);
      saveFile(name, bytes, file.type);
      setOutcome({ kind: "saved", words: `Saved: ${name}, ${formatBytes(bytes.byteLength)}` });
    } catch (error) {
      setOutcome({ kind: "failed", words: messageOf(error) });
    }
  }

  return (
    <li className="export-row">
      <div>
        <h3>{title}</h3>
        <p>{words}</p>
        {/* The element exists from the start, because a live region is not announced when it is added together with its
            text. */}
        <p id={state} className="export-outcome" data-kind={outcome?.kind} aria-live="polite">
          {hindrance ?? outcome?.words}
        </p>
      </div>
      {/* This is not `disabled`, because the button would lose keyboard focus while the file is made. */}
      <Button
        aria-label={`Save ${title}`}
        aria-describedby={state}
        aria-disabled={!possible}
        onClick={() => possible && void save()}
      >
        Save
      </Button>
    </li>
  );
}

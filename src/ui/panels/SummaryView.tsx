/** Shows the network as Keras' `model.summary()` prints it, with a button to copy the text. */
import { useState } from "react";
import type { NetworkAnalysis } from "../../network/analysis.ts";
import { summarize } from "../../network/summary.ts";
import { summaryText } from "../../network/summaryText.ts";
import { copyText } from "../copyText.ts";
import { Button } from "../widgets/Button.tsx";
import { ScrollFrame } from "../widgets/ScrollFrame.tsx";
import "./summary.css";

export function SummaryView({ analysis }: { readonly analysis: NetworkAnalysis }) {
  const [outcome, setOutcome] = useState("");
  const text = summaryText(summarize(analysis.name, analysis, 0));
  const copy = async () =>
    setOutcome((await copyText(text)) ? "Copied." : "The browser did not allow copying.");
  return (
    <>
      <div className="summary-tools">
        <span>As Keras prints it with model.summary().</span>
        <span aria-live="polite">{outcome}</span>
        <Button look="small" onClick={() => void copy()}>
          Copy summary
        </Button>
      </div>
      {/* A region that scrolls must be reachable by keyboard. */}
      <ScrollFrame className="table-frame" label="Summary">
        <pre className="summary-text">{text}</pre>
      </ScrollFrame>
    </>
  );
}

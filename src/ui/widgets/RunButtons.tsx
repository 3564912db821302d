/** The buttons that a run and a race share. The caller decides what they do and when. */
import { RotateCcw, StepForward } from "lucide-react";
import type { ReactNode } from "react";

interface ActProps {
  readonly possible: boolean;
  readonly onAct: () => void;
}

/** Takes one step, then pauses. */
export function StepButton(props: ActProps) {
  return (
    <QuietButton {...props}>
      <StepForward size={15} aria-hidden />
      Step
    </QuietButton>
  );
}

/** Ends the run or race and clears its results. */
export function ResetButton(props: ActProps) {
  return (
    <QuietButton {...props}>
      <RotateCcw size={14} aria-hidden />
      Reset
    </QuietButton>
  );
}

/** This is not `disabled` while it has no effect, because it would lose keyboard focus with every press. */
function QuietButton({ possible, onAct, children }: ActProps & { readonly children: ReactNode }) {
  return (
    <button
      type="button"
      className="button"
      aria-disabled={!possible}
      onClick={() => possible && onAct()}
    >
      {children}
    </button>
  );
}

/** The buttons that a run and a race have in common. What they do, and when, is their owner's to say. */
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

/** Ends it and clears what it left. */
export function ResetButton(props: ActProps) {
  return (
    <QuietButton {...props}>
      <RotateCcw size={14} aria-hidden />
      Reset
    </QuietButton>
  );
}

/** Not `disabled` while it can do nothing: it would lose the keyboard's focus with every press. */
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

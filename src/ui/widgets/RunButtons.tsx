/** The buttons that a run and a race share. The caller decides what they do and when. */
import { Pause, Play, RotateCcw, StepForward } from "lucide-react";
import type { ReactNode } from "react";
import type { nextPress } from "../../store/run/runState.ts";
import { Button } from "./Button.tsx";

type Press = NonNullable<ReturnType<typeof nextPress>>;

interface PressProps {
  /** `null` when it has been started and waits for its turn. */
  readonly press: Press | null;
  readonly startName: string;
  readonly acts: Readonly<Record<Press, () => void>>;
  /** Disables the button altogether: nothing can be started. */
  readonly isBlocked: boolean;
  /** Shows that a press has been received and has not taken effect. */
  readonly waits: boolean;
  /** Id of the element that says why it cannot be pressed. */
  readonly describedBy: string | undefined;
}

/** Starts, pauses or resumes: what `nextPress` says. */
export function PressButton(props: PressProps) {
  const { press, startName, acts, isBlocked, waits, describedBy } = props;
  const Icon = press === "pause" ? Pause : Play;
  const name = press === "pause" ? "Pause" : press === "resume" ? "Resume" : startName;
  return (
    <Button
      look="primary"
      disabled={isBlocked}
      aria-disabled={press === null || undefined}
      aria-describedby={describedBy}
      data-waiting={waits || undefined}
      onClick={() => press !== null && acts[press]()}
    >
      <Icon size={15} fill="currentColor" strokeWidth={1.5} aria-hidden />
      {name}
    </Button>
  );
}

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
    <Button aria-disabled={!possible} onClick={() => possible && onAct()}>
      {children}
    </Button>
  );
}

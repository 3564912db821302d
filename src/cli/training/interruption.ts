/**
 * Handles Ctrl-C in a training: the first ends it in order, a second one at once. A second signal within this time is the same
 * key press: the terminal sends the signal to npm and to its child, and npm passes it on to the child once more. A process of a
 * sweep also ends in order when the sweep's own process is gone.
 */
const SAME_PRESS_MS = 500;
/** The exit code that shells report for a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

export interface Interruption {
  /** Called at the first signal. */
  readonly onFirst: () => void;
  /** Called at the second, before the process ends. */
  readonly onSecond: () => void;
}

/** @returns a function that removes the listeners */
export function onInterruption({ onFirst, onSecond }: Interruption): () => void {
  let firstAt: number | undefined;
  const listener = () => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      onFirst();
    } else if (now - firstAt > SAME_PRESS_MS) {
      onSecond();
      process.exit(INTERRUPTED);
    }
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, listener);
  process.once("disconnect", listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
    process.off("disconnect", listener);
  };
}

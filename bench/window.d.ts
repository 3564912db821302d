/** What benches leave in the page's window to read it later. */
interface BenchEvent {
  /** Milliseconds since the page was opened. */
  readonly at: number;
  readonly event: Readonly<Record<string, unknown>> & { readonly type: string };
}

interface BenchSpan {
  readonly start: number;
  readonly duration: number;
}

interface Window {
  benchEvents: BenchEvent[];
  benchTimes: number[];
  replayTasks: BenchSpan[];
  replayRedraws: BenchSpan[];
  replayDone: boolean;
}

/** Exposed by a flag of the bench's browser. */
declare var gc: (() => void) | undefined;

/** Chromium's own; not in the standard library's types. */
interface Performance {
  readonly memory?: { readonly usedJSHeapSize: number };
}

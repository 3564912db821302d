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
  newestStep: BenchEvent["event"] | undefined;
  benchTimes: number[];
  replayTasks: BenchSpan[];
  replayRedraws: BenchSpan[];
  replayDone: boolean;
  cpuBench: import("./cpu/page/pageApi.ts").CpuBenchPage;
}

/** Chromium's own, in pages isolated from other origins; not in the standard library's types. */
interface Performance {
  measureUserAgentSpecificMemory(): Promise<{
    readonly breakdown: readonly {
      readonly bytes: number;
      readonly attribution: readonly { readonly scope: string }[];
    }[];
  }>;
}

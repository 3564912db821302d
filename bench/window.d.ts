/** Values that benches store in the page's window to read later. */
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

/** A Chromium function for pages isolated from other origins; the standard library's types lack it. */
interface Performance {
  measureUserAgentSpecificMemory(): Promise<{
    readonly breakdown: readonly {
      readonly bytes: number;
      readonly attribution: readonly { readonly scope: string }[];
    }[];
  }>;
}

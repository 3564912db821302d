/** What a thread of the probe is given. */
export interface ProbeTask {
  readonly module: WebAssembly.Module;
  readonly kind: "multiplyAdd" | "copy";
  readonly rounds: number;
  /** Copied in a round; the same number is written. */
  readonly numBytes: number;
  /** One number: threads that are ready. */
  readonly gate: SharedArrayBuffer;
  readonly threads: number;
}

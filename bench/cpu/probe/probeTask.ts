/** The task of one thread of the probe. */
export interface ProbeTask {
  readonly module: WebAssembly.Module;
  readonly kind: "multiplyAdd" | "copy";
  readonly rounds: number;
  /** The number of bytes read in a round; the same number is written. */
  readonly numBytes: number;
  /** Holds one number: how many threads are ready. */
  readonly gate: SharedArrayBuffer;
  readonly threads: number;
}

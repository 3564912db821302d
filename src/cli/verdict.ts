/** The result of checking one golden file. */
export interface Verdict {
  /** `unsupported`: the engine cannot run this network at all. It counts as neither passed nor failed, and is reported. */
  readonly status: "passed" | "failed" | "unsupported";
  /** The largest deviation found, in the unit of `allowed`. */
  readonly deviation: number;
  readonly allowed: number;
  /** One line: what was compared, or what is wrong. */
  readonly summary: string;
}

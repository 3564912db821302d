/** What a check of one golden file comes to. */
export interface Verdict {
  /** `unsupported`: the engine cannot run this network at all; neither passed nor failed, and said so. */
  readonly status: "passed" | "failed" | "unsupported";
  /** The largest deviation found, in the unit of `allowed`. */
  readonly deviation: number;
  readonly allowed: number;
  /** One line: what was compared, or what is wrong. */
  readonly summary: string;
}

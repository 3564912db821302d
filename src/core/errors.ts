/**
 * The errors this program raises on purpose. Each has a stable `code` that tests and the page rely on, and plain `context` data
 * that survives `postMessage`.
 *
 * Message form: `where: rule; expected X, got Y. Remedy.`
 */

export type ErrorCode =
  | "setting.invalid"
  | "setting.unknown"
  | "network.window-too-large"
  | "network.shape-mismatch"
  | "network.invalid"
  | "plan.invalid"
  | "data.manifest-missing"
  | "data.manifest-invalid"
  | "data.shard-corrupt"
  | "data.unreachable"
  | "data.too-few-images"
  | "engine.unavailable"
  | "engine.unsupported"
  | "engine.device-lost"
  | "engine.out-of-memory"
  | "camera.unavailable"
  | "run.diverged"
  | "run.invalid-command"
  | "run.invalid-record"
  | "checkpoint.unkept"
  | "checkpoint.unusable"
  | "golden.invalid"
  | "command.invalid"
  | "program.unreachable"
  | "program.outdated"
  | "file.unwritable"
  | "file.unavailable"
  | "file.invalid"
  | "file.too-large"
  | "internal";

export type ErrorContext = Readonly<Record<string, string | number | boolean | null>>;

/** The parts of a message. They are joined in one fixed form so that every error reads alike. */
export interface Fault {
  readonly code: ErrorCode;
  /** The control, layer, file or call at fault. */
  readonly where: string;
  readonly rule: string;
  readonly expected?: string;
  readonly got?: string;
  readonly remedy: string;
  readonly context?: ErrorContext;
}

/** An error whose cause the person at the page (or the caller) can fix. */
export class PlaygroundError extends Error {
  readonly code: ErrorCode;
  readonly context: ErrorContext;

  /** @param fault its parts, or an error that another thread sent. */
  constructor(fault: Fault | SerializedError, options?: ErrorOptions) {
    super("message" in fault ? fault.message : faultMessage(fault), options);
    this.name = "PlaygroundError";
    this.code = fault.code;
    this.context = "message" in fault ? fault.context : { where: fault.where, ...fault.context };
  }
}

/** A `PlaygroundError` as plain data, to send between worker and page. */
export interface SerializedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly context: ErrorContext;
}

/** Converts any thrown value to plain data. A value that is not a `PlaygroundError` gets the code `internal`. */
export function serializeError(error: unknown): SerializedError {
  if (error instanceof PlaygroundError) {
    return { code: error.code, message: error.message, context: error.context };
  }
  const message = messageOf(error);
  return {
    code: "internal",
    message: `Xception Playground: this is a bug in the program; ${message}. Please report it with these words.`,
    context: {},
  };
}

function faultMessage(fault: Fault): string {
  const difference = [
    fault.expected === undefined ? "" : `expected ${fault.expected}`,
    fault.got === undefined ? "" : `got ${fault.got}`,
  ].filter((part) => part !== "");
  const rule = difference.length > 0 ? `${fault.rule}; ${difference.join(", ")}` : fault.rule;
  return `${fault.where}: ${rule}. ${fault.remedy}`;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns what went wrong, as part of a sentence. */
export function reasonOf(error: unknown): string {
  if (error instanceof PlaygroundError && error.context.reason !== undefined)
    return String(error.context.reason);
  return messageOf(error);
}

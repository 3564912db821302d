/** Errors that the page threw where no component could show them: in a handler, a promise, a listener. Pure functions. */

export interface PageFault {
  /** As a sentence. */
  readonly message: string;
  /** The stack of the program, and of the components when it is known. */
  readonly stack: string;
}

export function pageFault(thrown: unknown, componentStack?: string | null): PageFault {
  const isError = thrown instanceof Error;
  const words = isError ? thrown.message || thrown.name : String(thrown);
  return {
    message: /[.!?]$/.test(words) ? words : `${words}.`,
    stack: [isError ? thrown.stack : "", componentStack].filter(Boolean).join("\n"),
  };
}

/** Tells whether a browser extension threw it, which runs its own code in the page. */
export function isForeign(thrown: unknown): boolean {
  return thrown instanceof Error && /-extension:\/\//.test(thrown.stack ?? "");
}

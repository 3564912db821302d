/** What the page itself threw where no component could show it: in a handler, a promise, a listener. Pure. */

export interface PageFault {
  /** As a sentence. */
  readonly message: string;
  /** Of the program, and of the components where they are known. */
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

/** Whether an extension threw it, which runs its own program in the page. */
export function isForeign(thrown: unknown): boolean {
  return thrown instanceof Error && /-extension:\/\//.test(thrown.stack ?? "");
}

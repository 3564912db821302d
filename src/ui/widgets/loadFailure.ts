/** Explains why a part of the page did not load, and what helps. */
import { PlaygroundError, reasonOf } from "../../core/errors.ts";
import { isTemporary } from "../../core/network.ts";

export interface LoadFailure {
  readonly text: string;
  /** The server has another version of the page. */
  readonly isOutdated: boolean;
}

export function loadFailure(error: unknown): LoadFailure {
  if (isTemporary(error)) {
    const text = `Check the connection and press again (${reasonOf(error)}).`;
    return { text, isOutdated: false };
  }
  if (error instanceof PlaygroundError && error.code === "program.outdated") {
    const text = "The server has a newer version of this page. Save what you need, then reload.";
    return { text, isOutdated: true };
  }
  return { text: `Please report this: ${reasonOf(error)}`, isOutdated: false };
}

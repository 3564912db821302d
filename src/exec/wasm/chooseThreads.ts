/** Decides how many threads the compiled engine takes in a browser, and says why. */
import { threadsToSpare } from "./threadCount.ts";

export interface ThreadFacts {
  /** The number of threads from the settings; 0 means that it is chosen here. */
  readonly wanted: number;
  /** Processor cores, as the browser reports them. */
  readonly cores: number;
  /** Whether the page is cross-origin isolated; without that, threads cannot share memory. */
  readonly isIsolated: boolean;
  /** Whether the page came by https or from this machine; no other page can be isolated. */
  readonly isSecure: boolean;
}

export interface ThreadChoice {
  readonly threads: number;
  /** Why this number was chosen, in a sentence that the page shows. */
  readonly reason: string;
}

export function chooseThreads({ wanted, cores, isIsolated, isSecure }: ThreadFacts): ThreadChoice {
  const threads = wanted > 0 ? wanted : threadsToSpare(cores);
  if (threads > 1 && !isIsolated) return { threads: 1, reason: notIsolated(isSecure) };
  if (wanted > 0) return { threads, reason: `${countOf(threads)}, as set.` };
  return { threads, reason: `${countOf(threads)} on a processor with ${coresText(cores)}.` };
}

/** "One thread" or "2 threads". */
function countOf(threads: number): string {
  return threads === 1 ? "One thread" : `${threads} threads`;
}

function coresText(cores: number): string {
  return cores === 1 ? "one core" : `${cores} cores`;
}

function notIsolated(isSecure: boolean): string {
  const remedy = isSecure
    ? "let its server send the headers COOP and COEP, or allow service workers and load it again"
    : "open it by https or at localhost";
  return `One thread: this page is not cross-origin isolated; ${remedy}.`;
}

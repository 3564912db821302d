/**
 * How a run changes hands between two tabs. The worker that trains it answers on a channel that all tabs share. A page asks which
 * runs there are, and asks for one of them. The worker then keeps a checkpoint and releases its lock on the run, for which the page
 * waits. A worker that is frozen answers nothing.
 */
import * as v from "valibot";
import { reasonOf } from "../core/errors.ts";
import { type CheckpointSummary, parseSummary } from "./checkpoint.ts";

const CHANNEL = "xception-playground.takeover";

const runId = v.string();
const messageSchema = v.variant("type", [
  /** A page asks which runs the workers of other tabs have. */
  v.object({ type: v.literal("who") }),
  v.object({
    type: v.literal("here"),
    summary: v.pipe(v.unknown(), v.transform(parseSummary)),
    /** Milliseconds of a step, during which the worker reads no messages. */
    stepMs: v.number(),
    /** The id of the page that the worker belongs to. */
    page: v.string(),
  }),
  /** A page asks for a run. */
  v.object({ type: v.literal("letGo"), runId }),
  /** The worker writes a checkpoint of it. */
  v.object({ type: v.literal("keeps"), runId }),
  /** The worker goes on with the run, because it could keep no checkpoint. */
  v.object({ type: v.literal("refused"), runId, reason: v.string() }),
]);

type Message = v.InferOutput<typeof messageSchema>;

interface Channel {
  send(message: Message): void;
  close(): void;
}

function openChannel(onMessage: (message: Message) => void): Channel {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = parseMessage(data);
    if (message !== null) onMessage(message);
  };
  return {
    send: (message) => channel.postMessage(message),
    close: () => channel.close(),
  };
}

/** Returns `null` for what a tab with another version of the page says. */
function parseMessage(data: unknown): Message | null {
  try {
    return v.parse(messageSchema, data);
  } catch {
    return null;
  }
}

/** What a worker says of its run. */
export interface RunElsewhere {
  /** Of the newest step, which need not have a checkpoint. */
  readonly summary: CheckpointSummary;
  readonly stepMs: number;
  /** The id of the page that it belongs to. */
  readonly page: string;
}

export interface OfferedRun {
  readonly describe: () => RunElsewhere;
  /** Keeps a checkpoint and returns its step. Rejects when none is kept. */
  readonly keep: () => Promise<number>;
  /** Stops training and releases the lock. */
  readonly letGo: (step: number) => void;
}

/** @returns a function that ends the answering */
export function answerTakeovers(runId: string, run: OfferedRun): () => void {
  let isKeeping = false;
  async function keep(): Promise<void> {
    if (isKeeping) return;
    isKeeping = true;
    try {
      run.letGo(await run.keep());
    } catch (error) {
      channel.send({ type: "refused", runId, reason: reasonOf(error) });
    }
    isKeeping = false;
  }
  const channel = openChannel((message) => {
    if (message.type === "who") channel.send({ type: "here", ...run.describe() });
    if (message.type !== "letGo" || message.runId !== runId) return;
    channel.send({ type: "keeps", runId });
    void keep();
  });
  return channel.close;
}

export interface TakeoverEvents {
  /** The worker of a run described it. */
  readonly onHere: (run: RunElsewhere) => void;
  readonly onKeeps: (runId: string) => void;
  readonly onRefused: (runId: string, reason: string) => void;
}

export interface TakeoverRequests {
  /** Asks all workers of other tabs, and of this one, to describe their runs. */
  askWho(): void;
  askFor(runId: string): void;
  close(): void;
}

export function openTakeovers({ onHere, onKeeps, onRefused }: TakeoverEvents): TakeoverRequests {
  const { send, close } = openChannel((message) => {
    if (message.type === "here") onHere(message);
    if (message.type === "keeps") onKeeps(message.runId);
    if (message.type === "refused") onRefused(message.runId, message.reason);
  });
  return {
    askWho: () => send({ type: "who" }),
    askFor: (runId) => send({ type: "letGo", runId }),
    close,
  };
}

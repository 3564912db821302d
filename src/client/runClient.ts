/**
 * The page's typed interface to workers. It owns the workers' lifetimes: one worker serves one run or race and ends with it,
 * and each measurement has its own worker. Whatever goes wrong with a worker (a script that does not load, an uncaught error, a
 * message that is no event) becomes a failure event, so that the page handles failures in one way. Every question gets exactly
 * one answer: the worker's, a failure, or `request.superseded` when its worker was ended before. It keeps no state about runs
 * except their ids; the store does.
 */
import type { EvaluatedPart } from "../core/classified.ts";
import { type Fault, messageOf, PlaygroundError, serializeError } from "../core/errors.ts";
import type { GivenPicture } from "../core/givenPicture.ts";
import { type Network, network as pageNetwork } from "../core/network.ts";
import type { OwnFile } from "../core/ownFile.ts";
import { openedNetworks } from "../network/networks/openedNetworks.ts";
import type { ChosenWeightsOrder, Command } from "../protocol/commands.ts";
import { parseEvent, type WorkerEvent, type WorkerEventOf } from "../protocol/events.ts";
import type { OwnDataSet } from "../settings/ownData.ts";
import type { OpenedName, Settings } from "../settings/settings.ts";
import type { Steered } from "../settings/steering.ts";

/** The part of `Worker` that is used, so that a test can replace it. */
export interface WorkerPort {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: ((event: MessageEvent) => unknown) | null;
  onmessageerror: ((event: MessageEvent) => unknown) | null;
  onerror: ((event: ErrorEvent) => unknown) | null;
  /** Called when the worker has ended without being told to and without an error. Browsers have no event for this. */
  onended: (() => unknown) | null;
}

export interface RunClientOptions {
  readonly createWorker: () => WorkerPort;
  /** Collects what the workers wait for, and its `tryAgain` reaches them too. Default: the page's network. */
  readonly network?: Network;
  /** The absolute address of the folder above the data sets, which a worker cannot derive from its own address. */
  readonly dataUrl: string;
  readonly onEvent: (event: WorkerEvent) => void;
  /** Returns an id that is unique in this browser: a run and its checkpoints keep it after a reload. */
  readonly createRunId?: () => string;
}

export interface StartOptions {
  readonly paused?: boolean;
  /** Needed by a data set made from a person's own files. */
  readonly ownFiles?: readonly OwnFile[];
  /** The id of the recipe that the settings came from. */
  readonly recipe?: string;
  /** Needed by settings that start from chosen weights. */
  readonly chosenWeights?: ChosenWeightsOrder | undefined;
  /** The id of the run that goes on from its newest checkpoint. Without it, a new run starts. */
  readonly resumes?: string | undefined;
  /** Takes that run from a tab that does not answer. */
  readonly takesOver?: boolean | undefined;
  /** The id of a run that starts again from its first step. */
  readonly again?: string;
}

export interface RunClient {
  /** Answered by `dataset.described` or `dataset.failed`. It returns the request's id, as all questions do. */
  inspectDataSet(dataSet: Exclude<Settings["dataSet"], OwnDataSet>): string;
  /**
   * Inspects a person's files in a separate worker, which ends with the answer: `ownData.described` or `.failed`. It ends an
   * inspection that is in progress.
   */
  inspectOwnData(kind: OwnDataSet, files: readonly OwnFile[], settings: Settings): string;
  cancelOwnData(): void;
  /** Ends the previous run, if there is one, and starts another. Returns the new run's id. */
  start(settings: Settings, options?: StartOptions): string;
  /**
   * Ends the previous run, if there is one, and opens the weights that are kept of another, `trained`. Returns an id for the
   * events, and for requests of images and files.
   */
  reopen(trained: string, part: EvaluatedPart, ownFiles?: readonly OwnFile[]): string;
  /**
   * Ends the previous run, if there is one, and starts a race of networks with these settings. Returns its id and those of its
   * lanes in order. Pause, resume, step and reset apply to the race as a whole.
   */
  startRace(
    lanes: readonly { readonly name: string; readonly settings: Settings }[],
    options?: StartOptions,
  ): { readonly raceId: string; readonly laneIds: readonly string[] };
  /** Times a few steps in a separate worker, which ends with the answer. Returns the measurement's id. */
  measure(settings: Settings, ownFiles?: readonly OwnFile[]): string;
  /** Asks what a run would train on, in a separate worker, which ends with `dataset.looked` or `dataset.lookFailed`. */
  lookAtData(settings: Settings, ownFiles: readonly OwnFile[]): string;
  cancelLook(): void;
  /** Ends a measurement that is in progress. */
  cancelMeasure(): void;
  /**
   * Verifies a checkpoint from a file and keeps it, in a separate worker, which ends with the answer: `checkpoint.stored` or
   * `.refused`. The run or the race that it must be of is `runId`. One is stored at a time.
   */
  storeCheckpoint(file: Blob, name: string, runId?: string): string;
  pause(): void;
  /** Asks for a checkpoint now, which happens between two steps. */
  keep(): void;
  resume(): void;
  step(): void;
  /** Evaluates on the whole test set now. */
  test(): void;
  /** Changes settings of the run from its next step on. */
  steer(settings: Steered): void;
  /** Requests pixels of evaluated images of the run or the race. Answered by `images.delivered` or `images.failed`. */
  requestImages(of: EvaluatedPart, indices: readonly number[]): string;
  /** Has the run classify a picture that a person gave. Answered by `picture.classified` or `images.failed`. */
  classifyPicture(picture: GivenPicture): string;
  /**
   * Requests a file of the run's network, or without a run, of the untrained network of these settings. Answered by
   * `file.delivered` or `file.failed`. Returns the request's id.
   */
  requestFile(order: FileOrder): string;
  /** Ends the run at once, together with its worker and all its memory. */
  reset(): void;
}

export interface FileOrder {
  readonly content: Extract<Command, { readonly content: unknown }>["content"];
  readonly weights: "last" | "best";
  /** The recipe's id, which the file states as its origin. */
  readonly recipe: string;
  /** The settings of the network when there is no run. */
  readonly settings: Settings;
}

/** Maps each question to the failure that answers it when the worker cannot. */
const FAILURES = {
  dataSet: (requestId, error) => ({ type: "dataset.failed", requestId, error }),
  ownData: (requestId, error) => ({ type: "ownData.failed", requestId, error }),
  look: (requestId, error) => ({ type: "dataset.lookFailed", requestId, error }),
  file: (requestId, error) => ({ type: "file.failed", requestId, error }),
  storing: (requestId, error) => ({ type: "checkpoint.refused", requestId, error }),
  images: (requestId, error, runId) => ({ type: "images.failed", runId, requestId, error }),
  measurement: (runId, error) => ({ type: "run.failed", runId, step: 0, error }),
} satisfies Record<
  string,
  (requestId: string, error: WorkerEventOf<"run.failed">["error"], runId: string) => WorkerEvent
>;
type Question = keyof typeof FAILURES;

type AskedOfRun =
  | Omit<Extract<Command, { readonly type: "images.request" }>, "runId" | "requestId">
  | Omit<Extract<Command, { readonly type: "picture.classify" }>, "runId" | "requestId">;

/** A worker and what it is doing. */
interface Session {
  /** The names of the opened models that the worker knows. */
  readonly networks: Set<OpenedName>;
  readonly worker: WorkerPort;
  runId: string | null;
  /** The lanes of a race. They emit their own events and may fail without ending the race. */
  laneIds: readonly string[];
  step: number;
  /** Unanswered questions, by id. */
  readonly questions: Map<string, Question>;
}

export function createRunClient(options: RunClientOptions): RunClient {
  const { createRunId = randomRunId, network = pageNetwork } = options;
  let run: Session | null = null;
  let measurement: Session | null = null;
  let inspection: Session | null = null;
  let look: Session | null = null;
  let storing: Session | null = null;

  network.subscribe((change) => {
    if (change !== "tryAgain") return;
    for (const session of [run, measurement, inspection, look, storing])
      if (session) post(session, { type: "network.tryAgain" });
  });

  function open(): Session {
    const session: Session = {
      worker: options.createWorker(),
      runId: null,
      laneIds: [],
      step: 0,
      networks: new Set(),
      questions: new Map(),
    };
    session.worker.onmessage = (message) => receive(session, message.data);
    session.worker.onmessageerror = () =>
      fail(
        session,
        workerFault("a message from it could not be read", "Reload the page and start again."),
      );
    session.worker.onerror = (event) => fail(session, faultOf(event));
    session.worker.onended = () =>
      fail(
        session,
        workerFault("the browser ended it", "Go on from the last checkpoint, or train again."),
      );
    return session;
  }

  /** @param error answers the open questions when the worker broke. */
  function close(session: Session, error?: WorkerEventOf<"run.failed">["error"]): void {
    const questions = [...session.questions];
    const runId = session.runId ?? "";
    session.questions.clear();
    session.worker.onmessage = null;
    session.worker.onmessageerror = null;
    session.worker.onerror = null;
    session.worker.onended = null;
    session.worker.terminate();
    network.relay(session, []);
    // Messages that the worker still had in transit are ignored.
    session.runId = null;
    session.laneIds = [];
    if (session === run) run = null;
    if (session === measurement) measurement = null;
    if (session === inspection) inspection = null;
    if (session === look) look = null;
    if (session === storing) storing = null;
    for (const [requestId, question] of questions) {
      const fault =
        error ?? (question === "file" ? serializeError(new PlaygroundError(LOST_FILE)) : undefined);
      options.onEvent(
        fault === undefined
          ? { type: "request.superseded", requestId }
          : FAILURES[question](requestId, fault, runId),
      );
    }
  }

  function ask(session: Session, question: Question): string {
    const requestId = createRunId();
    session.questions.set(requestId, question);
    return requestId;
  }

  function receive(session: Session, message: unknown): void {
    let event: WorkerEvent;
    try {
      event = parseEvent(message);
    } catch (error) {
      fail(
        session,
        workerFault(`it sent what is no event (${messageOf(error)})`, "Please report this."),
      );
      return;
    }
    if (event.type === "network.changed") {
      network.relay(session, event.waits);
      return;
    }
    const isOfLane = "runId" in event && session.laneIds.includes(event.runId);
    if ("runId" in event && event.runId !== session.runId && !isOfLane) return;
    if ("requestId" in event) {
      if (!session.questions.has(event.requestId)) return;
      if (event.type !== "ownData.progressed") session.questions.delete(event.requestId);
    }
    if (event.type === "step.completed") session.step = event.step;
    const ends =
      // A failed run that has weights left continues to lend them.
      (event.type === "run.failed" && !isOfLane && event.keptStep === undefined) ||
      event.type === "run.takenOver" ||
      (session === measurement && event.type === "speed.measured") ||
      ([inspection, look, storing].includes(session) && session.questions.size === 0);
    if (ends && session === measurement) session.questions.clear();
    if (ends) close(session);
    options.onEvent(event);
  }

  function fail(session: Session, fault: Fault): void {
    const error = serializeError(new PlaygroundError(fault));
    const { runId, step } = session;
    const isRun = session === run;
    close(session, error);
    if (isRun && runId !== null) options.onEvent({ type: "run.failed", runId, step, error });
  }

  /** Ends the previous run and returns a worker for a new run, with its id. */
  function begin(runId = createRunId()): readonly [Session, string] {
    if (run?.runId) close(run);
    run ??= open();
    run.runId = runId;
    return [run, runId];
  }

  /** Messages to a run that has ended meanwhile are dropped without harm. */
  function sendToRun(command: (runId: string) => Command): void {
    if (run?.runId) run.worker.postMessage(command(run.runId));
  }

  /** Asks the run, which may have ended meanwhile. */
  function askOfRun(asked: AskedOfRun): string {
    if (!run?.runId) {
      const requestId = createRunId();
      // Sends the event after the caller has received the id.
      queueMicrotask(() => options.onEvent({ type: "request.superseded", requestId }));
      return requestId;
    }
    const { runId } = run;
    const requestId = ask(run, "images");
    post(run, { ...asked, runId, requestId });
    return requestId;
  }

  return {
    inspectDataSet(dataSet) {
      run ??= open();
      const requestId = ask(run, "dataSet");
      post(run, { type: "dataset.inspect", requestId, dataSet, dataUrl: options.dataUrl });
      return requestId;
    },
    inspectOwnData(kind, files, settings) {
      if (inspection) close(inspection);
      inspection = open();
      const requestId = ask(inspection, "ownData");
      post(inspection, { type: "ownData.inspect", requestId, kind, files: [...files], settings });
      return requestId;
    },
    lookAtData(settings, ownFiles) {
      if (look) close(look);
      look = open();
      const data = { dataUrl: options.dataUrl, ownFiles: [...ownFiles] };
      const requestId = ask(look, "look");
      post(look, { type: "dataset.look", requestId, ...data, settings });
      return requestId;
    },
    cancelLook() {
      if (look) close(look);
    },
    storeCheckpoint(file, name, runId) {
      if (storing) close(storing);
      storing = open();
      const requestId = ask(storing, "storing");
      post(storing, { type: "checkpoint.store", requestId, file, name, runId });
      return requestId;
    },
    cancelOwnData() {
      if (inspection) close(inspection);
    },
    start(
      settings,
      { paused = false, ownFiles = [], recipe = "", resumes, takesOver, again, chosenWeights } = {},
    ) {
      const [started, runId] = begin(resumes ?? again);
      const data = { dataUrl: options.dataUrl, ownFiles: [...ownFiles], recipe, chosenWeights };
      const going = { resumes: resumes !== undefined, takesOver };
      post(started, { type: "run.start", runId, ...data, settings, paused, ...going });
      return runId;
    },
    reopen(trained, part, ownFiles = []) {
      const [opened, runId] = begin();
      const data = { dataUrl: options.dataUrl, ownFiles: [...ownFiles] };
      post(opened, { type: "run.reopen", runId, trained, part, ...data });
      return runId;
    },
    startRace(
      networks,
      { paused = false, ownFiles = [], recipe = "", resumes, takesOver, chosenWeights } = {},
    ) {
      const [started, runId] = begin(resumes);
      const lanes = networks.map(({ name, settings }, index) => ({
        ...{ runId: `${runId}/${index}`, name, settings },
      }));
      started.laneIds = lanes.map((lane) => lane.runId);
      const data = { dataUrl: options.dataUrl, ownFiles: [...ownFiles], recipe, chosenWeights };
      const going = { resumes: resumes !== undefined, takesOver };
      post(started, { type: "race.start", runId, ...data, lanes, paused, ...going });
      return { raceId: runId, laneIds: started.laneIds };
    },
    measure(settings, ownFiles = []) {
      if (measurement) close(measurement);
      measurement = open();
      const runId = ask(measurement, "measurement");
      measurement.runId = runId;
      const data = { dataUrl: options.dataUrl, ownFiles: [...ownFiles] };
      post(measurement, { type: "run.measure", runId, ...data, settings });
      return runId;
    },
    cancelMeasure() {
      if (measurement) close(measurement);
    },
    pause: () => sendToRun((runId) => ({ type: "run.pause", runId })),
    keep: () => sendToRun((runId) => ({ type: "run.keep", runId })),
    resume: () => sendToRun((runId) => ({ type: "run.resume", runId })),
    step: () => sendToRun((runId) => ({ type: "run.step", runId })),
    test: () => sendToRun((runId) => ({ type: "run.test", runId })),
    steer: (settings) => sendToRun((runId) => ({ type: "run.steer", runId, settings })),
    requestImages: (of, indices) => askOfRun({ type: "images.request", of, indices: [...indices] }),
    classifyPicture: (picture) => askOfRun({ type: "picture.classify", ...picture }),
    requestFile({ content, weights, recipe, settings }) {
      run ??= open();
      const requestId = ask(run, "file");
      const { runId } = run;
      const asked = { requestId, recipe, content };
      if (runId !== null) post(run, { type: "file.request", runId, ...asked, weights });
      else post(run, { type: "file.requestUntrained", ...asked, settings });
      return requestId;
    },
    reset() {
      if (run) close(run);
    },
  };
}

const LOST_FILE: Fault = {
  code: "file.unavailable",
  where: "Export",
  rule: "the run ended before the file was made",
  remedy: "Train again, then export.",
};

/** The worker gets each opened model before the first command after it was opened. */
function post(session: Session, command: Command): void {
  for (const [name, { title, graph }] of openedNetworks) {
    if (session.networks.has(name)) continue;
    session.networks.add(name);
    session.worker.postMessage({ type: "network.open", title, graph } satisfies Command);
  }
  session.worker.postMessage(command);
}

/** A script that fails to load fires an event without a message; an uncaught error has one. */
function faultOf(event: Partial<ErrorEvent>): Fault {
  if (event.message) {
    return workerFault(
      `it stopped with an error (${event.message})`,
      "Please report this; Train starts a new one.",
    );
  }
  return {
    code: "engine.unavailable",
    where: "Training worker",
    rule: "its program could not be loaded",
    remedy: "Check the connection, then reload the page.",
  };
}

function workerFault(rule: string, remedy: string): Fault {
  return { code: "internal", where: "Training worker", rule, remedy };
}

/** `crypto.randomUUID` is missing on plain http pages. */
function randomRunId(): string {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint32Array(2));
  return `run-${a.toString(36)}${b.toString(36)}`;
}

/**
 * The entry of the training worker: it takes commands and sends events. One worker serves one run or race, and the page ends a
 * run by ending its worker.
 */
import { serializeError } from "../core/errors.ts";
import { installLoader } from "../core/loadPart.ts";
import { network } from "../core/network.ts";
import { openDataSet, summarizeDataSet } from "../data/openDataSet.ts";
import type { OwnProgress } from "../data/own/ownData.ts";
import { type Command, parseCommand } from "../protocol/commands.ts";
import type { WorkerEvent, WorkerEventOf } from "../protocol/events.ts";
import type { Steered } from "../settings/steering.ts";
import { createThrottle } from "../train/loop/progressThrottle.ts";
import { createGate, type Gate, type RunRequest } from "../train/loop/runControl.ts";
import type { MadeFile } from "./makeFile.ts";

interface RunInProgress {
  readonly runId: string;
  readonly gate: Gate;
  steered?: Steered;
}

let current: RunInProgress | undefined;

installLoader({});
network.subscribe((change) => {
  if (change === "waits") emit({ type: "network.changed", waits: [...network.waits()] });
});
/** What a command waits for. */
let ready = holdOwnName();
self.onmessage = ({ data }: MessageEvent<unknown>) => {
  const command = parseCommand(data);
  if (command.type === "network.open")
    ready = ready.then(async () => (await import("./runs.ts")).openModel(command));
  // The page hears of a reported error, but not of a rejected promise.
  else ready.then(() => handle(command)).catch(reportError);
};

/** The page waits for this lock, which the browser releases when the worker ends (`client/createWorker.ts`). */
function holdOwnName(): Promise<void> {
  // Pages on plain http have no locks.
  const locks: LockManager | undefined = navigator.locks;
  if (locks === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const holdForEver = () => {
      resolve();
      return new Promise<never>(() => {});
    };
    locks.request(self.name, holdForEver).catch(() => resolve());
  });
}

function emit(event: WorkerEvent): void {
  self.postMessage(event);
}

function handle(command: Exclude<Command, { type: "network.open" }>): void {
  switch (command.type) {
    case "dataset.inspect":
      void inspect(command);
      return;
    case "dataset.look":
      void look(command);
      return;
    case "ownData.inspect":
      void inspectOwnData(command);
      return;
    case "run.start":
      start(command);
      return;
    case "race.start":
      startRace(command);
      return;
    case "run.reopen":
      reopen(command);
      return;
    case "checkpoint.store":
      void store(command);
      return;
    case "run.measure":
      void withRuns(command.runId, (runs) => runs.startMeasurement(command, emit));
      return;
    case "network.tryAgain":
      network.tryAgain();
      return;
    case "file.requestUntrained":
      void answerWithFile(command.requestId, (files) => files.untrainedFile(command));
      return;
    default:
      if (current?.runId === command.runId) control(current, command);
  }
}

async function inspect({
  requestId,
  dataSet,
  dataUrl,
}: Extract<Command, { type: "dataset.inspect" }>): Promise<void> {
  try {
    const opened = await openDataSet({ baseUrl: dataUrl, choice: dataSet });
    emit({ type: "dataset.described", requestId, dataSet: summarizeDataSet(opened) });
  } catch (error) {
    emit({ type: "dataset.failed", requestId, error: serializeError(error) });
  }
}

async function look({
  requestId,
  settings,
  ...source
}: Extract<Command, { type: "dataset.look" }>): Promise<void> {
  try {
    const [{ lookAtData }, { openRunData }] = await Promise.all([
      import("../train/data/lookAtData.ts"),
      import("../train/data/openRunData.ts"),
    ]);
    const silent = { onProgress: () => {} };
    const found = await lookAtData(settings, (asked) => openRunData(source, asked, silent));
    emit({ type: "dataset.looked", requestId, look: found });
  } catch (error) {
    emit({ type: "dataset.lookFailed", requestId, error: serializeError(error) });
  }
}

async function inspectOwnData({
  requestId,
  kind,
  files,
  settings,
}: Extract<Command, { type: "ownData.inspect" }>): Promise<void> {
  try {
    const { inspectOwn } = await import("../train/data/ownRunData.ts");
    const reportProgress = createThrottle<OwnProgress>((progress) =>
      emit({ type: "ownData.progressed", requestId, ...progress }),
    );
    const looked = await inspectOwn(kind, files, settings, reportProgress);
    emit({ type: "ownData.described", requestId, ...looked });
  } catch (error) {
    emit({ type: "ownData.failed", requestId, error: serializeError(error) });
  }
}

async function store(command: Extract<Command, { type: "checkpoint.store" }>): Promise<void> {
  try {
    const { storeCheckpoint } = await import("./storeCheckpoint.ts");
    emit(await storeCheckpoint(command));
  } catch (error) {
    const { requestId } = command;
    emit({ type: "checkpoint.refused", requestId, error: serializeError(error) });
  }
}

function start(command: Extract<Command, { type: "run.start" }>): void {
  const { runId, paused } = command;
  const started = open(runId, paused);
  const steered = () => started.steered;
  void withRuns(runId, (runs) => runs.startRun(command, emit, { gate: started.gate, steered }));
}

function startRace(command: Extract<Command, { type: "race.start" }>): void {
  const { runId, paused } = command;
  const { gate } = open(runId, paused);
  void withRuns(runId, (runs) => runs.startRace(command, emit, gate));
}

function reopen(command: Extract<Command, { type: "run.reopen" }>): void {
  const { runId } = command;
  const { gate } = open(runId, false);
  void withRuns(runId, (runs) => runs.reopen(command, emit, gate));
}

function open(runId: string, paused: boolean): RunInProgress {
  const gate = createGate(
    {
      onPaused(report) {
        emit({ type: "run.paused", runId, ...report });
        gate.request(KEEP);
      },
      onResumed: (report) => emit({ type: "run.resumed", runId, ...report }),
    },
    paused,
  );
  current = { runId, gate };
  return current;
}

/** A run that is not ready has nothing to keep. */
const KEEP: RunRequest = { type: "keep", refuse: () => {} };

/** Reports code that cannot be loaded as a failed run. */
async function withRuns(
  runId: string,
  use: (runs: typeof import("./runs.ts")) => Promise<void>,
): Promise<void> {
  try {
    await use(await import("./runs.ts"));
  } catch (error) {
    emit({ type: "run.failed", runId, error: serializeError(error), step: 0 });
  }
}

/** The commands to a run in progress. */
type RunCommand = Exclude<
  Extract<Command, { runId: string }>,
  { type: "run.start" | "run.reopen" | "race.start" | "run.measure" }
>;

function control({ gate, runId }: RunInProgress, command: RunCommand): void {
  switch (command.type) {
    case "run.pause":
      gate.pause();
      return;
    case "run.keep":
      gate.request(KEEP);
      return;
    case "run.resume":
      gate.resume();
      return;
    case "run.step":
      gate.step();
      return;
    case "run.test":
      gate.request({
        type: "test",
        refuse: (why) => emit({ type: "test.refused", runId, error: serializeError(why) }),
      });
      return;
    case "images.request":
      gate.request({ ...command, type: "images", refuse: (why) => failPicture(command, why) });
      return;
    case "file.request":
      gate.request({
        type: "lend",
        use: (network) =>
          answerWithFile(command.requestId, (files) => files.trainedFile(command, network)),
        refuse: (why) => failFile(command.requestId, why),
      });
      return;
    case "picture.classify":
      gate.request({
        type: "lend",
        use: async (network) => (await import("./runs.ts")).classify(command, emit, network),
        refuse: (why) => failPicture(command, why),
      });
      return;
    case "run.steer":
      if (current !== undefined) current.steered = command.settings;
  }
}

/** The code that makes files loads with the first request for a file. */
async function answerWithFile(
  requestId: string,
  make: (files: typeof import("./makeFile.ts")) => Promise<MadeFile>,
): Promise<void> {
  try {
    const { step, bytes } = await make(await import("./makeFile.ts"));
    const event: WorkerEvent = { type: "file.delivered", requestId, step, bytes };
    self.postMessage(event, [bytes.buffer]);
  } catch (error) {
    failFile(requestId, error);
  }
}

function failPicture(
  { runId, requestId }: Pick<WorkerEventOf<"images.failed">, "runId" | "requestId">,
  why: unknown,
): void {
  emit({ type: "images.failed", runId, requestId, error: serializeError(why) });
}

function failFile(requestId: string, why: unknown): void {
  emit({ type: "file.failed", requestId, error: serializeError(why) });
}

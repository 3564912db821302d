/** The training worker's entry: commands in, events out. One run a worker; the page ends the worker to end the run. */
import { serializeError } from "../core/errors.ts";
import { openDataSet, summarizeDataSet } from "../data/openDataSet.ts";
import { type Command, parseCommand } from "../protocol/commands.ts";
import type { WorkerEvent } from "../protocol/events.ts";
import { measureRun } from "../train/measureRun.ts";
import { openRunData } from "../train/openRunData.ts";
import type { RunEnvironment } from "../train/prepareRun.ts";
import { run } from "../train/run.ts";
import { createGate, type Gate } from "../train/runControl.ts";
import { selectEngine } from "../train/selectEngine.ts";
import { type MadeFile, trainedFile, untrainedFile } from "./makeFile.ts";
import { createProgressThrottle } from "./progressThrottle.ts";

interface RunInProgress {
  readonly runId: string;
  readonly gate: Gate;
  learningRate: number;
}

let current: RunInProgress | undefined;

self.onmessage = (message: MessageEvent<unknown>) => handle(parseCommand(message.data));

function emit(event: WorkerEvent): void {
  self.postMessage(event);
}

function handle(command: Command): void {
  switch (command.type) {
    case "dataset.inspect":
      void inspect(command);
      return;
    case "run.start":
      start(command);
      return;
    case "run.measure":
      void measureRun(environment(command));
      return;
    case "file.requestUntrained":
      void answerWithFile(command, () => untrainedFile(command));
      return;
    default:
      if (current?.runId === command.runId) control(current, command);
  }
}

async function inspect({
  dataSet,
  dataUrl,
}: Extract<Command, { type: "dataset.inspect" }>): Promise<void> {
  try {
    const opened = await openDataSet({ baseUrl: dataUrl, choice: dataSet });
    emit({ type: "dataset.described", dataSet: summarizeDataSet(opened) });
  } catch (error) {
    emit({ type: "dataset.failed", error: serializeError(error) });
  }
}

function start(command: Extract<Command, { type: "run.start" }>): void {
  const { runId, settings, paused } = command;
  const gate = createGate(
    {
      onPaused: (step) => emit({ type: "run.paused", runId, step }),
      onResumed: (step) => emit({ type: "run.resumed", runId, step }),
    },
    paused,
  );
  const started: RunInProgress = { runId, gate, learningRate: settings.learningRate };
  current = started;
  void run({ ...environment(command), gate, learningRate: () => started.learningRate });
}

function control(
  { gate }: RunInProgress,
  command: Exclude<
    Command,
    { type: "dataset.inspect" | "run.start" | "run.measure" | "file.requestUntrained" }
  >,
): void {
  switch (command.type) {
    case "run.pause":
      gate.pause();
      return;
    case "run.resume":
      gate.resume();
      return;
    case "run.step":
      gate.step();
      return;
    case "run.test":
      gate.request({ type: "test" });
      return;
    case "images.request":
      gate.request({ type: "images", indices: command.indices });
      return;
    case "file.request":
      gate.request({
        type: "lend",
        use: (network) => answerWithFile(command, () => trainedFile(command, network)),
      });
      return;
    case "run.setLearningRate":
      if (current !== undefined) current.learningRate = command.learningRate;
  }
}

async function answerWithFile(
  { requestId }: { readonly requestId: string },
  make: () => Promise<MadeFile>,
): Promise<void> {
  try {
    const { step, bytes } = await make();
    const event: WorkerEvent = { type: "file.delivered", requestId, step, bytes };
    self.postMessage(event, [bytes.buffer]);
  } catch (error) {
    emit({ type: "file.failed", requestId, error: serializeError(error) });
  }
}

function environment({
  runId,
  settings,
  dataUrl,
}: Extract<Command, { type: "run.start" | "run.measure" }>): RunEnvironment {
  const reportProgress = createProgressThrottle((progress) =>
    emit({ type: "data.progressed", runId, ...progress }),
  );
  return {
    runId,
    settings,
    emit,
    openData: (asSet) =>
      openRunData(dataUrl, asSet, {
        onProgress: reportProgress,
        onRetry: (notice) => emit({ type: "data.retried", runId, ...notice }),
      }),
    selectEngine,
  };
}

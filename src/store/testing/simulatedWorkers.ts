/**
 * A client with simulated workers, for tests of which party computes when. Commands and events stay in transit until the test
 * delivers them, as between threads. It reports truthfully whether a worker computes.
 */
import type { RunClient } from "../../client/runClient.ts";
import type { SerializedError } from "../../core/errors.ts";
import type { WorkerEvent } from "../../protocol/events.ts";

interface Job {
  readonly id: string;
  readonly kind: "training" | "measurement";
  readonly inbox: ("pause" | "resume" | "step" | "test")[];
  readonly outbox: WorkerEvent[];
  gate: "running" | "paused" | "stepping";
  waits: boolean;
  outcome: "finished" | "failed" | null;
  isTesting: boolean;
  steps: number;
  received: number;
}

export interface SimulatedWorkers {
  readonly client: RunClient;
  /** The number of workers that compute now; a waiting or finished worker does not. */
  readonly numComputing: () => number;
  /** Each worker reads its commands, ends its current step and reaches its gate. */
  work(): void;
  /** Delivers the oldest events to the page. */
  deliver(): void;
  /** The running training takes its last step, or fails. */
  end(how: "finished" | "failed"): void;
}

let numIds = 0;

export function simulateWorkers(onEvent: (event: WorkerEvent) => void): SimulatedWorkers {
  let training: Job | null = null;
  let measurement: Job | null = null;

  function begin(kind: Job["kind"], isPaused: boolean): Job {
    numIds += 1;
    return {
      id: `job-${numIds}`,
      kind,
      inbox: [],
      outbox: [],
      gate: isPaused ? "stepping" : "running",
      waits: false,
      outcome: null,
      isTesting: false,
      steps: 0,
      received: 0,
    };
  }

  function start(isPaused = false): string {
    training = begin("training", isPaused);
    // The first gate is before the first step.
    if (isPaused) training.gate = "paused";
    return training.id;
  }

  const send = (command: Job["inbox"][number]) => () => void training?.inbox.push(command);
  const nothing = () => {};
  const jobs = () => [training, measurement].filter((job) => job !== null);
  const computes = (job: Job) => job.isTesting || (job.outcome === null && !job.waits);

  function tellPaused({ id: runId, steps: step, received, outbox }: Job, computes: boolean): void {
    outbox.push({ type: "run.paused", runId, step, received, computes });
  }

  /** Like the gate of a run: what goes on says so at once, and a pause is acknowledged at once where nothing is in progress. */
  function readCommands(job: Job): boolean {
    let isAskedToTest = false;
    for (const command of job.inbox.splice(0)) {
      job.received += 1;
      if (command === "test") isAskedToTest = true;
      else if (job.outcome === null) {
        job.gate = ({ pause: "paused", resume: "running", step: "stepping" } as const)[command];
        if (command !== "pause") {
          job.waits = false;
          const { id: runId, steps: step, received } = job;
          job.outbox.push({ type: "run.resumed", runId, step, received });
        } else if (job.waits) tellPaused(job, isAskedToTest);
      }
    }
    return isAskedToTest;
  }

  function work(job: Job): void {
    const { id: runId, outbox } = job;
    if (job.kind === "measurement") {
      job.outcome = "finished";
      outbox.push({ type: "speed.measured", runId, ...SPEED });
      return;
    }
    if (job.isTesting) {
      job.isTesting = false;
      outbox.push(testCompleted(runId));
    } else if (job.outcome === null && !job.waits) {
      job.steps += 1;
      outbox.push(stepCompleted(runId, job.steps));
    }
    const isAskedToTest = readCommands(job);
    if (isAskedToTest && job.outcome === "failed")
      outbox.push({ type: "test.refused", runId, error: ERROR });
    else if (isAskedToTest) job.isTesting = true;
    if (job.outcome !== null) return;
    if (!job.waits && job.gate === "paused") {
      job.waits = true;
      tellPaused(job, job.isTesting);
    }
    if (!job.waits && job.gate === "stepping") job.gate = "paused";
  }

  const client: RunClient = {
    inspectDataSet: () => "inspection",
    inspectOwnData: () => "own",
    cancelOwnData: nothing,
    lookAtData: () => "look",
    cancelLook: nothing,
    keep: nothing,
    start: (_settings, options) => start(options?.paused),
    reopen: () => start(false),
    storeCheckpoint: () => "storing",
    startRace(lanes, options) {
      const raceId = start(options?.paused);
      return { raceId, laneIds: lanes.map((_, index) => `${raceId}/${index}`) };
    },
    measure() {
      measurement = begin("measurement", false);
      return measurement.id;
    },
    cancelMeasure() {
      measurement = null;
    },
    pause: send("pause"),
    resume: send("resume"),
    step: send("step"),
    test: send("test"),
    steer: nothing,
    requestImages: () => "images",
    classifyPicture: () => "picture",
    requestFile: () => "file",
    reset() {
      training = null;
    },
  };
  return {
    client,
    numComputing: () => jobs().filter(computes).length,
    work() {
      for (const job of jobs()) work(job);
    },
    deliver() {
      for (const job of jobs()) {
        const event = job.outbox.shift();
        if (event !== undefined) onEvent(event);
      }
    },
    end(how) {
      if (training === null || !computes(training) || training.isTesting) return;
      const { id: runId, outbox, steps: step } = training;
      training.outcome = how;
      outbox.push(
        how === "finished"
          ? { type: "run.finished", runId, step, trainMs: 1 }
          : { type: "run.failed", runId, step, error: ERROR },
      );
    },
  };
}

const SPEED = { stepMs: 1, imagesPerSecond: 1, epochMs: 1, totalMs: 1 };
const ERROR: SerializedError = { code: "internal", message: "It broke.", context: {} };

function stepCompleted(runId: string, step: number): WorkerEvent {
  return {
    type: "step.completed",
    runId,
    step,
    epoch: 1,
    stepInEpoch: step,
    learningRate: 1,
    points: [{ step, loss: 1, accuracy: 0 }],
    stepMs: 1,
    imagesPerSecond: 1,
    trainMs: 1,
    remainingMs: 1,
    usedBytes: 1,
    numTensors: 1,
  };
}

function testCompleted(runId: string): WorkerEvent {
  return {
    type: "test.completed",
    runId,
    requested: true,
    step: 1,
    loss: 1,
    accuracy: 0,
    numImages: 1,
    confusion: new Uint32Array(1),
    predicted: new Uint8Array(1),
    labels: new Uint8Array(1),
    probabilities: new Float32Array(0),
  };
}

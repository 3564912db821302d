/**
 * Measures whether the page stays responsive during a training. A worker that computes nothing replays the events of a run, so
 * that only the page's own work is measured. Tasks over 50 ms are counted. Chart redraws are counted separately, with a limit
 * of 120 ms at 10,000 recorded steps.
 */
import { greatestOf } from "../src/core/numbers.ts";
import { median } from "./median.ts";
import type { BenchPage } from "./page.ts";

const STEPS = 10_000;
/** Steps recorded at once before the measurement starts, so that the page is in the state of a long run. */
const HISTORY = 9_800;
const EVENTS_PER_SECOND = 10;

export async function replay({ open }: BenchPage): Promise<object> {
  const page = await open("recipe=one-minute", async (opened) => {
    await opened.addInitScript(installReplay, {
      steps: STEPS,
      history: HISTORY,
      perSecond: EVENTS_PER_SECOND,
    });
  });
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.waitForFunction(() => window.replayDone, undefined, { timeout: 120_000 });
  const shown = await page.getByRole("region", { name: "Live charts" }).textContent();
  if (!shown?.includes("training 0.50"))
    throw new Error(`replay: the page does not show the replayed loss (${shown}).`);
  const { tasks, redraws } = await page.evaluate(() => ({
    tasks: window.replayTasks,
    redraws: window.replayRedraws,
  }));
  const inRedraw = (task: BenchSpan) =>
    redraws.some(
      (redraw) =>
        task.start < redraw.start + redraw.duration && redraw.start < task.start + task.duration,
    );
  const [ofCharts, ofPage] = [tasks.filter(inRedraw), tasks.filter((task) => !inRedraw(task))];
  const longest = (spans: readonly BenchSpan[]) =>
    Math.max(0, greatestOf(spans.map(({ duration }) => duration)));
  return {
    recordedSteps: STEPS,
    redraws: redraws.length,
    medianRedrawMs: median(redraws.map(({ duration }) => duration)),
    longestRedrawTaskMs: longest(ofCharts),
    redrawLimitMs: 120,
    pageTasksOver50Ms: ofPage.length,
    longestPageTaskMs: longest(ofPage),
    withinLimits: ofPage.length === 0 && longest(ofCharts) <= 120,
  };
}

/** Runs in the page before its own scripts: defines a `Worker` that replays a training. */
function installReplay({
  steps,
  history,
  perSecond,
}: {
  steps: number;
  history: number;
  perSecond: number;
}): void {
  const tasks: BenchSpan[] = [];
  const redraws: BenchSpan[] = [];
  Object.assign(window, { replayTasks: tasks, replayRedraws: redraws });
  const observe = (type: string, into: BenchSpan[]) =>
    new PerformanceObserver((list) => {
      for (const { name, startTime, duration } of list.getEntries()) {
        if (type === "longtask" || name === "chart redraw")
          into.push({ start: startTime, duration });
      }
    }).observe({ type, buffered: false });

  const classes = [
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Boot",
  ];
  const loss = (step: number) => 0.5 + 2 * Math.exp(-step / 500) * (1 + 0.1 * Math.sin(step));
  const speed = { stepMs: 20, imagesPerSecond: 3200 };

  class ReplayWorker extends EventTarget {
    onmessage: ((event: MessageEvent) => unknown) | null = null;
    onmessageerror = null;
    onerror = null;
    terminate(): void {}
    postMessage(command: { type: string; runId: string; requestId: string }): void {
      const say = (event: object) => this.onmessage?.(new MessageEvent("message", { data: event }));
      if (command.type === "dataset.inspect") {
        const { requestId } = command;
        setTimeout(() => say({ ...described, requestId }), 10);
      }
      if (command.type === "run.start") play(command.runId, say);
    }
  }
  Object.assign(window, { Worker: ReplayWorker });

  const described = {
    type: "dataset.described",
    dataSet: {
      id: "fashion-mnist",
      title: "Fashion-MNIST",
      classes,
      numTrain: 60000,
      numTest: 10000,
      height: 28,
      width: 28,
      channels: 1,
      sizeBytes: 30_000_000,
      numShards: 28,
      fallbackReason: "",
    },
  };

  function play(runId: string, say: (event: object) => void): void {
    const point = (step: number) => ({ step, loss: loss(step), accuracy: 1 - loss(step) / 3 });
    const stepEvent = (step: number, points: object[]) => ({
      type: "step.completed",
      runId,
      step,
      epoch: 1,
      stepInEpoch: step,
      learningRate: 0.003,
      points,
      ...speed,
      trainMs: 1,
      remainingMs: 1000,
      usedBytes: 1e7,
      numTensors: 300,
    });
    say({
      type: "run.prepared",
      runId,
      stepsPerEpoch: steps,
      totalSteps: steps,
      numTrain: 55000,
      numValidation: 5000,
      batchSize: 64,
      dataSet: described.dataSet,
      notes: [],
    });
    say({
      type: "engine.chosen",
      runId,
      engine: "tfjs",
      label: "TensorFlow.js · CPU",
      device: "replay",
      backend: "cpu",
      reason: "replayed",
      fallbacks: [],
    });
    say(
      stepEvent(
        history,
        Array.from({ length: history }, (_, index) => point(index + 1)),
      ),
    );
    let step = history;
    const next = () => {
      step += 1;
      say(stepEvent(step, [point(step)]));
      if (step % 50 === 0) {
        const confusion = Uint32Array.from({ length: 100 }, (_, cell) =>
          cell % 11 === 0 ? 80 + (step % 7) : cell % 5,
        );
        say({
          type: "validation.completed",
          runId,
          whole: false,
          step,
          loss: 0.5,
          accuracy: 0.8,
          numImages: 1000,
          confusion,
        });
        say({
          type: "predictions.updated",
          runId,
          step,
          indices: Array.from({ length: 20 }, (_, index) => index),
          labels: new Uint8Array(20),
          pixels: new Uint8Array(20 * 784).map((_, index) => (index * step) % 256),
          probabilities: new Float32Array(200).fill(0.1),
        });
      }
      if (step < steps) setTimeout(next, 1000 / perSecond);
      else setTimeout(() => Object.assign(window, { replayDone: true }), 1500);
    };
    // The charts load and draw for the first time before the measurement starts.
    setTimeout(() => {
      observe("longtask", tasks);
      observe("measure", redraws);
      next();
    }, 5000);
  }
}

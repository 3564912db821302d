/**
 * Turns the page's state of a run into its record. It converts only what is new since the last time, because a run may have a
 * hundred thousand points and is recorded again and again while it goes on.
 */
import type { CurvePoint } from "../../core/curves.ts";
import { formatCount } from "../../core/units.ts";
import { VERSION } from "../../core/version.ts";
import { MOST_REMARKS, MOST_TAG_LETTERS } from "../../runs/runLimits.ts";
import { runName } from "../../runs/runName.ts";
import {
  type Measured,
  RECORD_VERSION,
  type RunBody,
  type RunHead,
  type RunMatrix,
  type RunOutcome,
  type RunRecord,
  sizeOf,
} from "../../runs/runRecord.ts";
import type { Settings } from "../../settings/settings.ts";
import { type Confusion, sourceOf } from "../run/evaluationState.ts";
import type { RunState } from "../run/runState.ts";
import { endingText } from "../run/runStatus.ts";
import type { Series } from "../run/series.ts";
import { costsOf } from "../settings/derived.ts";

/** What is known of a run that is being recorded. */
export interface ObservedRun {
  readonly run: RunState;
  readonly recipeId: string;
  readonly kind: RunHead["kind"];
  readonly group: RunHead["group"];
  /** The newest matrix. */
  readonly confusion: Confusion | null;
  readonly test: RunHead["figures"]["test"];
  /** Set when a person ended the run, whose state is then gone. */
  readonly wasReset: boolean;
}

/** The room for the matrices of one run. When they take more, every second one of the older half is dropped. */
const MOST_MATRIX_BYTES = 4_000_000;

export interface RunRecorder {
  /** Takes up the newest state. */
  observe(observed: ObservedRun): void;
  record(now: number): RunRecord;
}

/**
 * @param machine what the run computes on
 * @param now milliseconds since 1970
 * @param before the record of the same run from an earlier visit, which the run goes on from
 */
export function createRecorder(
  first: ObservedRun,
  machine: RunHead["machine"],
  now: number,
  before?: RunRecord,
): RunRecorder {
  const { run } = first;
  const id = run.runId ?? "";
  const training = createCurve();
  const validation = createCurve();
  const clock = { steps: new Column(), trainMs: new Column(), learningRates: new Column() };
  for (const [at, step] of (before?.body.clock.steps ?? []).entries()) {
    clock.steps.push(step);
    clock.trainMs.push(before?.body.clock.trainMs[at] ?? 0);
    clock.learningRates.push(before?.body.clock.learningRates[at] ?? 0);
  }
  let matrices: readonly RunMatrix[] = before?.body.matrices ?? [];
  let newest: ObservedRun = first;
  let newestMatrix: Confusion | null = null;

  function observe(observed: ObservedRun): void {
    newest = observed;
    const { progress } = observed.run;
    // A run that goes on from an earlier visit may repeat the last steps of that.
    while (progress !== null && progress.step < clock.steps.last())
      for (const column of Object.values(clock)) column.pop();
    if (progress !== null && progress.step > clock.steps.last()) {
      clock.steps.push(progress.step);
      clock.trainMs.push(progress.trainMs);
      clock.learningRates.push(progress.learningRate);
    }
    const { confusion } = observed;
    if (confusion === null || confusion === newestMatrix) return;
    newestMatrix = confusion;
    const { step, numImages, counts } = confusion;
    const source = sourceOf(confusion);
    const others = matrices.filter((one) => one.step !== step || one.source !== source);
    matrices = thinned([...others, { step, source, numImages, counts }]);
  }

  function record(at: number): RunRecord {
    const { run: state } = newest;
    training.take(state.training);
    validation.take(state.validation);
    const { settings, prepared, engine } = state;
    // A run without settings never starts, and its head would name nothing.
    if (settings === null) throw new Error("a run that is recorded has settings");
    const body: RunBody = {
      id,
      classes: prepared?.dataSet.classes ?? before?.body.classes ?? [],
      training: training.columns(),
      validation: validation.columns(),
      clock: {
        steps: clock.steps.values(),
        trainMs: clock.trainMs.values(),
        learningRates: clock.learningRates.values(),
      },
      // Matrices of another number of classes would fit no table.
      matrices: matrices.filter(
        ({ counts }) => counts.length === (prepared?.dataSet.classes.length ?? 0) ** 2,
      ),
    };
    const costs = costsOf(settings);
    const head: RunHead = {
      version: RECORD_VERSION,
      id,
      kind: newest.kind,
      group: newest.group,
      name: nameOf(newest, settings),
      ownName: before?.head.ownName ?? "",
      recipeId: newest.recipeId,
      settings,
      startedAt: before?.head.startedAt ?? now,
      updatedAt: at,
      outcome: outcomeOf(newest),
      error: state.error?.message ?? "",
      ending: endingText(state),
      engine: engine && {
        engine: engine.engine,
        label: engine.label,
        device: engine.device,
        backend: engine.backend,
      },
      machine,
      program: VERSION,
      data: prepared?.dataSet.title ?? "",
      remarks: [...(prepared?.notes ?? []), ...state.changes.map(changeText)].slice(
        0,
        MOST_REMARKS,
      ),
      notes: before?.head.notes ?? "",
      tags: before?.head.tags ?? tagsOf(newest),
      pinned: before?.head.pinned ?? false,
      deletedAt: null,
      plan: prepared && {
        totalSteps: prepared.totalSteps,
        stepsPerEpoch: prepared.stepsPerEpoch,
        batchSize: prepared.batchSize,
        numTrain: prepared.numTrain,
        numValidation: prepared.numValidation,
      },
      costs: costs && { parameters: costs.parameters, macs: costs.macs },
      figures: {
        step: state.progress?.step ?? 0,
        trainMs: state.trainMs ?? state.progress?.trainMs ?? 0,
        training: training.newest(),
        validation: validation.newest(),
        best: validation.best(),
        test: newest.test,
      },
      sizeBytes: sizeOf(body),
    };
    return { head, body };
  }

  observe(first);
  return { observe, record };
}

/**
 * The networks of an experiment have little in common with a recipe, so its arms are named by what the experiment compares, and
 * the runs of a sweep by what varies in it; the sweep's name is their tag.
 */
function nameOf({ kind, group, recipeId }: ObservedRun, settings: Settings): string {
  if (group !== null && kind === "sweep") return group.lane;
  if (group !== null && kind === "experiment")
    return `${group.title}: ${group.lane}, Seed ${settings.seed}`;
  return runName(recipeId, settings);
}

/** A sweep's name is a tag of its runs, by which the list finds them. */
function tagsOf({ kind, group }: ObservedRun): readonly string[] {
  return group !== null && kind === "sweep" ? [group.title.slice(0, MOST_TAG_LETTERS)] : [];
}

function changeText({ step, words }: RunState["changes"][number]): string {
  return `From step ${formatCount(step)} on: ${words}.`;
}

function outcomeOf({ run, wasReset }: ObservedRun): RunOutcome {
  // The other tab records it from here on.
  if (run.outcome === "takenOver") return "stopped";
  if (run.outcome !== null) return run.outcome;
  return wasReset ? "reset" : "running";
}

/** Keeps the first, the newest and those of the test. */
function thinned(matrices: readonly RunMatrix[]): readonly RunMatrix[] {
  const bytes = matrices.reduce((sum, { counts }) => sum + counts.byteLength, 0);
  if (bytes <= MOST_MATRIX_BYTES || matrices.length < 4) return matrices;
  const half = Math.floor(matrices.length / 2);
  return matrices.filter(
    ({ source }, index) => index === 0 || index >= half || index % 2 === 0 || source === "test",
  );
}

/** A growing column of numbers. */
class Column {
  private numbers = new Float64Array(64);
  length = 0;

  push(value: number): void {
    if (this.length === this.numbers.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[this.length] = value;
    this.length += 1;
  }

  pop(): void {
    this.length -= 1;
  }

  /** Minus infinity when it is empty. */
  last(): number {
    return this.numbers[this.length - 1] ?? Number.NEGATIVE_INFINITY;
  }

  at(index: number): number {
    return this.numbers[index] ?? 0;
  }

  /** Returns a copy. */
  values(): Float64Array {
    return this.numbers.slice(0, this.length);
  }
}

/** A curve that takes the points of a growing series, each once. Points that are not finite are left out. */
function createCurve() {
  let taken = 0;
  let best: Measured | null = null;
  const [steps, losses, accuracies] = [new Column(), new Column(), new Column()];
  return {
    take({ entries, length }: Series<CurvePoint>): void {
      for (; taken < length; taken += 1) {
        const point = entries[taken];
        if (point === undefined || !Number.isFinite(point.loss)) continue;
        if (!Number.isFinite(point.accuracy) || point.step <= steps.last()) continue;
        steps.push(point.step);
        losses.push(point.loss);
        accuracies.push(point.accuracy);
        if (best === null || point.accuracy > best.accuracy) best = point;
      }
    },
    columns: () => ({
      steps: steps.values(),
      losses: losses.values(),
      accuracies: accuracies.values(),
    }),
    newest(): Measured | null {
      if (steps.length === 0) return null;
      const at = steps.length - 1;
      return { step: steps.at(at), loss: losses.at(at), accuracy: accuracies.at(at) };
    },
    best: () => best,
  };
}

/** Decides what can be exported now and how the files are named. Pure functions. It loads together with the dialog. */
import { formatCount, formatPercent } from "../../core/units.ts";
import { historyCsv } from "../../interop/historyCsv.ts";
import type { Settings } from "../../settings/settings.ts";
import { isActive, type RunState } from "../run/runState.ts";
import { last, toArray } from "../run/series.ts";
import type { PlaygroundState } from "../store.ts";

export type WeightsChoice = "last" | "best";

/** For each kind of file why it is not available; `null` when it is. */
export interface ExportState {
  readonly model: string | null;
  readonly predictions: string | null;
  readonly history: string | null;
  /** One sentence on whose weights the file would hold. */
  readonly weightsText: string;
  /** The validation whose weights were kept; `null` when there is none. */
  readonly best: { readonly step: number; readonly accuracy: number } | null;
}

export function exportState(
  state: Pick<PlaygroundState, "run" | "settings">,
  /** Why the settings give no network; `null` when they do. */
  impossible: string | null,
): ExportState {
  const { run } = state;
  const history =
    run.training.length === 0 ? "There is none before the first step of a run." : null;
  if (run.runId === null) {
    return {
      model: impossible,
      predictions: "They are of a run: press Train or Step first.",
      history,
      weightsText: untrainedText(state.settings.values),
      best: null,
    };
  }
  if (run.outcome === "failed" && run.keptStep !== null) {
    const kept = formatCount(run.keptStep);
    return {
      model: null,
      predictions: "The run failed, and only its weights are kept.",
      history,
      weightsText: `The run failed; its weights after step ${kept} were kept.`,
      best: bestOf(run),
    };
  }
  const hindrance = hindranceOf(run);
  const step = last(run.training)?.step ?? 0;
  return {
    model: hindrance,
    predictions: hindrance,
    history,
    weightsText:
      hindrance !== null
        ? "There are no weights to be had now."
        : isActive(run) && !run.paused
          ? run.phase === "testing"
            ? "The weights are taken between two batches of the test, which goes on."
            : "The weights are taken between two steps; training goes on."
          : `The weights after step ${formatCount(step)}.`,
    best: hindrance === null ? bestOf(run) : null,
  };
}

function untrainedText({ seed, base }: Settings): string {
  const start = `Nothing is trained yet: these are the initial weights, from seed ${seed}`;
  return base === "none" ? `${start}.` : `${start}; those of the base come with the run.`;
}

/** The worker keeps the weights of the same point: the highest accuracy, and of equal ones the first. */
function bestOf(run: RunState): ExportState["best"] {
  return toArray(run.validation).reduce<ExportState["best"]>(
    (best, point) => (best === null || point.accuracy > best.accuracy ? point : best),
    null,
  );
}

/** Says why a run lends no network now, in a sentence; `null` when it does. */
export function hindranceOf(run: RunState): string | null {
  if (run.outcome === "failed")
    return "The run failed, and its weights went with it. Its history is still here.";
  if (run.outcome === "finished") return null;
  if (run.phase !== "loading" && run.phase !== "compiling") return null;
  return run.progress === null
    ? "The run is being prepared; its first step brings the weights."
    : "The device was lost and another one is being opened; the weights can be had when training goes on.";
}

/** Writes `Best on held-out images: 91.2 %, after step 2,100` */
export function bestText({ step, accuracy }: NonNullable<ExportState["best"]>): string {
  return `Best on held-out images: ${formatPercent(accuracy)}, after step ${formatCount(step)}`;
}

/** Returns a name such as `one-minute-step-2800.onnx`, with a mark for best weights. */
export function fileName(
  recipe: string,
  step: number,
  weights: WeightsChoice,
  ending: string,
): string {
  const which = weights === "best" ? "-best" : "";
  return step === 0 ? `${recipe}-untrained${ending}` : `${recipe}${which}-step-${step}${ending}`;
}

/** Writes the run's curves as a table for spreadsheets. */
export function historyFile({
  run,
  evaluation,
}: Pick<PlaygroundState, "run" | "evaluation">): Uint8Array<ArrayBuffer> {
  const [training, validation] = [toArray(run.training), toArray(run.validation)];
  return new TextEncoder().encode(
    historyCsv({ training, validation, test: evaluation.test, changes: run.changes }),
  );
}

/** Suggests settings after a failed run that may work better, each applied with one press. Pure functions. */
import type { SerializedError } from "../../core/errors.ts";
import { FIELDS } from "../../settings/fields.ts";
import type { EngineChoice, Settings } from "../../settings/settings.ts";
import type { RunState } from "./runState.ts";

export interface WayOut {
  /** The button's text. "Train" and "Step" are the names of other buttons. */
  readonly label: string;
  readonly changes: Partial<Settings>;
}

/** Returns the most promising one first; none when another engine would fail in the same way. */
export function waysOut(run: RunState): readonly WayOut[] {
  const { error, settings } = run;
  if (error === null || settings === null) return [];
  return [
    ...(error.code === "run.diverged" ? [slower(settings)] : []),
    ...(isOfBatch(error) && settings.batchSize > 1 ? [smaller(settings)] : []),
    ...(isOfEngine(error, run) ? [onNextEngine(failedEngine(run, settings))] : []),
  ];
}

/** When the parameters alone are too large, a smaller batch does not help, and the error names another setting. */
function isOfBatch({ code, context }: SerializedError): boolean {
  return code === "engine.out-of-memory" && (context.setting ?? "batchSize") === "batchSize";
}

/** A failure of the data or of a setting is the same on every engine. */
function isOfEngine({ code, context }: SerializedError, { engine }: RunState): boolean {
  // An engine that fails while it is opened is named only by its error.
  const isKnown = engine !== null || context.engine !== undefined;
  return code.startsWith("engine.") || (isKnown && !code.startsWith("data."));
}

function failedEngine({ engine, error }: RunState, settings: Settings): string {
  const byHand = settings.engine === "automatic" ? "tfjs" : settings.engine;
  return engine?.engine ?? String(error?.context.engine ?? byHand);
}

function onNextEngine(failed: string): WayOut {
  const engine: EngineChoice = failed === "wasm" ? "tfjs" : "wasm";
  const name = FIELDS.engine.options.find(({ value }) => value === engine)?.label ?? engine;
  return { label: `Start again on ${name}`, changes: { engine, tfjsBackend: "automatic" } };
}

function slower({ learningRate: rate }: Settings): WayOut {
  const learningRate = Number((rate / 10).toPrecision(2));
  return {
    label: `Start again with a learning rate of ${learningRate}`,
    changes: { learningRate },
  };
}

/** Memory grows with the batch, and half the batch size trains the same network. */
function smaller({ batchSize: size }: Settings): WayOut {
  const batchSize = Math.floor(size / 2);
  return { label: `Start again with batches of ${batchSize}`, changes: { batchSize } };
}

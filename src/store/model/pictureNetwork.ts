/** Decides which network classifies a person's pictures: that of the run, or the opened model that no run trains. Pure functions. */
import { classNames } from "../../core/classNames.ts";
import type { StoredForm } from "../../core/givenPicture.ts";
import type { ReadyOrder } from "../../protocol/trials.ts";
import type { Settings } from "../../settings/settings.ts";
import { valueText } from "../../settings/settingText.ts";
import { storedForm } from "../../settings/storedForm.ts";
import { hindranceOf } from "../files/exports.ts";
import { networkOf } from "../settings/derived.ts";
import type { PlaygroundState } from "../store.ts";

export interface PictureNetwork {
  /** Differs for each network. */
  readonly id: string;
  /** What classifies without a run; undefined when the run does. */
  readonly opened: ReadyOrder | undefined;
  readonly stored: StoredForm;
  /** One for each class. */
  readonly names: readonly string[];
  /** How pictures are prepared, as people read it. */
  readonly preparation: string;
  /** What the network is called. */
  readonly title: string;
}

type Seen = Pick<PlaygroundState, "run" | "settings" | "dataSet" | "chosenWeights">;

/** Returns the reason in a sentence when there is no network. */
export function pictureNetwork(state: Seen): PictureNetwork | string {
  const opened = openedModel(state);
  if (opened !== undefined) return opened;
  const { run } = state;
  if (run.runId === null || run.settings === null)
    return "There is no trained network yet: press Train or Step, or open a model.";
  if (run.outcome === "failed" && run.keptStep !== null)
    return "The run failed, and only its weights are kept. The stand-alone page in Export classifies with them.";
  const hindrance = hindranceOf(run);
  if (hindrance !== null || run.prepared === null)
    return hindrance ?? "The run is being prepared; its first step brings the weights.";
  const { dataSet } = run.prepared;
  return {
    id: run.runId,
    opened: undefined,
    title: "the run",
    ...lookOf(run.settings, dataSet.classes),
    stored: storedForm(run.settings, dataSet),
  };
}

/** The model that was opened and chosen, unless the run trains it. */
function openedModel({ run, settings, dataSet, chosenWeights }: Seen): PictureNetwork | undefined {
  const { values } = settings;
  if (chosenWeights === null || values.base !== "chosen") return undefined;
  const { from, title, numClasses, classes } = chosenWeights;
  if (!("network" in from) || from.network !== values.network) return undefined;
  if (run.runId !== null && run.settings?.network === values.network) return undefined;
  const data = dataSet.description?.classes ?? [];
  const names = classes ?? (data.length === numClasses ? data : []);
  // This engine computes every layer on every machine, and starts at once. The convolution is that of the file.
  const { convolution } = chosenWeights.settings;
  const asOpened: Settings = { ...values, convolution, classes: numClasses, engine: "wasm" };
  const network = networkOf(asOpened);
  if (!network.ok) return undefined;
  return {
    id: from.network,
    opened: { graph: network.graph, settings: asOpened, weights: from.weights },
    title,
    ...lookOf(asOpened, names),
    stored: storedForm(asOpened, undefined),
  };
}

function lookOf(settings: Settings, classes: readonly string[]) {
  const count = classes.length === 0 ? settings.classes : classes.length;
  return { names: classNames(count, classes), preparation: valueText("preparation", settings) };
}

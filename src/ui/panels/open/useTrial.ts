/** The trial of an opened model on the data at hand. It begins when nothing hinders it, and ends with the dialog. */
import { useEffect, useState } from "react";
import { messageOf } from "../../../core/errors.ts";
import { formatCount } from "../../../core/units.ts";
import type { OpenedModel } from "../../../interop/classifier/openedModel.ts";
import { valueText } from "../../../settings/settingText.ts";
import { type JudgedTrial, trialHindrance, tryOpened } from "../../../store/model/tryOpened.ts";
import { usePlaygroundRecord } from "../../PlaygroundContext.tsx";

interface ShownTrial {
  readonly judgement: JudgedTrial | null;
  readonly isTrying: boolean;
  /** What is known about it, in a sentence. */
  readonly words: string;
}

export function useTrial(model: OpenedModel): ShownTrial {
  const state = usePlaygroundRecord(({ settings, dataSet, ownData, machine }) => ({
    ...{ settings, dataSet, ownData, machine },
  }));
  const [judgement, setJudgement] = useState<JudgedTrial | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const hindrance = trialHindrance(model, state);
  const isDone = judgement !== null || problem !== null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a model is tried once, with the settings of that moment
  useEffect(() => {
    if (hindrance !== null || isDone) return;
    const ending = new AbortController();
    tryOpened(model, state, ending.signal).then(setJudgement, (error: unknown) =>
      setProblem(messageOf(error)),
    );
    return () => ending.abort();
  }, [hindrance, isDone]);

  const data = valueText("dataSet", state.settings.values);
  const trying = `Trying it on images of ${data} …`;
  const words =
    judgement === null
      ? (problem ?? hindrance ?? trying)
      : `The accuracy on ${formatCount(judgement.numImages)} test images of ${data}.`;
  return { judgement, isTrying: !isDone && hindrance === null, words };
}

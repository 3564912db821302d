/** Classifies pictures that a person draws, takes by camera or gives as files, by the network of the page. */
import { useEffect, useRef, useState } from "react";
import { formatCount } from "../../../core/units.ts";
import { createClassification } from "../../../pictures/classification.ts";
import { openClassifier } from "../../../store/model/openedClassifier.ts";
import { type PictureNetwork, pictureNetwork } from "../../../store/model/pictureNetwork.ts";
import { useActions, usePlaygroundRecord } from "../../PlaygroundContext.tsx";
import "./classify.css";

export function Classification() {
  const state = usePlaygroundRecord(({ run, settings, dataSet, chosenWeights }) => ({
    run,
    settings,
    dataSet,
    chosenWeights,
  }));
  const network = pictureNetwork(state);
  if (typeof network === "string") {
    return (
      <p className="empty-words classify-none" role="status">
        {network}
      </p>
    );
  }
  const ending = network.opened === undefined ? (state.run.ending?.words ?? "") : "";
  return <ByNetwork key={network.id} network={network} ending={ending} />;
}

interface ByNetworkProps {
  readonly network: PictureNetwork;
  /** Which weights were restored at the end of the run. */
  readonly ending: string;
}

function ByNetwork({ network, ending }: ByNetworkProps) {
  const { classifyPicture } = useActions();
  const place = useRef<HTMLDivElement>(null);
  const [step, setStep] = useState<number | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another network has another key
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const { stored, names, opened } = network;
    const classifier = opened && openClassifier(opened);
    const shown = createClassification({
      stored,
      names,
      // A drop beside it would be taken by the page below the dialog.
      area: current.closest<HTMLElement>(".dialog") ?? current,
      async classify(picture) {
        if (classifier !== undefined) return classifier.classify(picture);
        const classified = await classifyPicture(picture);
        setStep(classified.step);
        return classified;
      },
    });
    current.append(shown.element);
    return () => {
      shown.dispose();
      shown.element.remove();
      classifier?.dispose();
    };
  }, []);

  return (
    <>
      <p className="classify-weights">
        {weightsText(network, step)} {ending} Preparation: {network.preparation}.
      </p>
      <div ref={place} />
    </>
  );
}

function weightsText({ opened, title }: PictureNetwork, step: number | null): string {
  if (opened !== undefined) return `By ${title} with the weights of its file.`;
  return step === null
    ? "By the newest weights of the run."
    : `By the newest weights of the run, those after step ${formatCount(step)}.`;
}

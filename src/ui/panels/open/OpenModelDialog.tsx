/** Opens a model of another program: takes its files, has them read, and shows what they hold or why they are refused. */
import { useEffect, useRef, useState } from "react";
import { messageOf } from "../../../core/errors.ts";
import type { OwnFile } from "../../../core/ownFile.ts";
import { type OpenedModel, openedModel } from "../../../interop/classifier/openedModel.ts";
import type { WeightsFile } from "../../../interop/importedModel.ts";
import { readModel, UnreadModel } from "../../../store/model/readModel.ts";
import { useActions, usePlayground } from "../../PlaygroundContext.tsx";
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import { FileDoors } from "../../widgets/FileDoors.tsx";
import type { LoadedDialogProps } from "../../widgets/useLoadedDialog.tsx";
import { FileLayers, type ShownLayer } from "./FileLayers.tsx";
import { modelDialog } from "./modelDialog.ts";
import { OpenedView } from "./OpenedView.tsx";
import { WeightsView } from "./WeightsView.tsx";
import "./open.css";

type Outcome =
  | { readonly kind: "reading"; readonly path: string }
  | { readonly kind: "opened"; readonly model: OpenedModel; readonly number: number }
  | {
      readonly kind: "weights";
      readonly title: string;
      readonly file: WeightsFile;
      readonly number: number;
    }
  | {
      readonly kind: "refused";
      readonly reason: string;
      readonly layers: readonly ShownLayer[] | undefined;
    };

export function OpenModelDialog({ onClose }: LoadedDialogProps) {
  const actions = useActions();
  const dropped = usePlayground(({ view }) => view.modelFiles);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  /** Numbers the readings. An answer to an older one changes nothing. */
  const newest = useRef(0);

  async function read(files: readonly OwnFile[]): Promise<void> {
    const [first] = files;
    if (first === undefined) return;
    newest.current += 1;
    const number = newest.current;
    setOutcome({ kind: "reading", path: first.path });
    const read = await outcomeOf(files, number);
    if (number === newest.current) setOutcome(read);
  }

  useEffect(() => {
    modelDialog.isOpen = true;
    return () => {
      modelDialog.isOpen = false;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: it reads each drop once
  useEffect(() => {
    if (dropped === null) return;
    actions.setView({ modelFiles: null });
    void read(dropped);
  }, [dropped]);

  return (
    <DialogFrame
      title="Open a model"
      words="A classifier of images: Keras (.keras, .h5, or a configuration in JSON with its weights), TensorFlow.js or Teachable Machine (model.json with its weights, as files, a folder or a zip), or ONNX. Weights alone (.h5), such as ImageNet's for Xception, go into the recipe of their network. The files stay on this machine, and no program in them is run."
      className="open-model"
      onClose={onClose}
    >
      <div className="open-doors">
        <FileDoors
          look="small"
          files="Choose the model's files"
          folder="Choose its folder"
          label="Files of the model"
          onFiles={(files) => void read(files)}
        >
          <span>or drop them anywhere on the page</span>
        </FileDoors>
      </div>
      <p role="status" className="open-status">
        {outcome?.kind === "reading" && `Reading ${outcome.path} …`}
      </p>
      <div role="alert">
        {outcome?.kind === "refused" && (
          <p className="field-problem">{outcome.reason} What was open stays.</p>
        )}
      </div>
      {outcome?.kind === "refused" && outcome.layers !== undefined && (
        <FileLayers layers={outcome.layers} isOpen />
      )}
      {outcome?.kind === "opened" && (
        <OpenedView key={outcome.number} model={outcome.model} onClose={onClose} />
      )}
      {outcome?.kind === "weights" && (
        <WeightsView
          key={outcome.number}
          title={outcome.title}
          file={outcome.file}
          onClose={onClose}
        />
      )}
    </DialogFrame>
  );
}

async function outcomeOf(files: readonly OwnFile[], number: number): Promise<Outcome> {
  try {
    const read = await readModel(files);
    const title = titleOf(files);
    return "graph" in read
      ? { kind: "opened", model: openedModel(title, read), number }
      : { kind: "weights", title, file: read, number };
  } catch (error) {
    const layers = error instanceof UnreadModel ? error.layers : undefined;
    return { kind: "refused", reason: messageOf(error), layers };
  }
}

/** A model of several files is named for its folder, or for the file that describes it. */
function titleOf(files: readonly OwnFile[]): string {
  const described = files.find(({ path }) => /[.](keras|h5|hdf5|onnx|zip|json)$/i.test(path));
  const path = (
    files.find(({ path }) => /(^|[/])model[.]json$/.test(path)) ??
    described ??
    files[0]
  )?.path;
  return path?.replace(/[/]model[.]json$/, "") ?? "";
}

/** A person's own files: what is needed, the progress of the inspection, its result, and what is wrong with the files. */
import { useEffect, useMemo, useRef } from "react";
import type { OwnDataSet } from "../../../settings/ownData.ts";
import { keepFiles, tooLargeText } from "../../../store/data/keptFiles.ts";
import type { ChosenFiles } from "../../../store/data/ownData.ts";
import { useActions, usePlayground } from "../../PlaygroundContext.tsx";
import { Button } from "../../widgets/Button.tsx";
import { FileDoors } from "../../widgets/FileDoors.tsx";
import { ProgressBar } from "../../widgets/ProgressBar.tsx";
import { useLoadedDialog } from "../../widgets/useLoadedDialog.tsx";
import { OwnDescription } from "./OwnDescription.tsx";
import { takeList } from "./takeFiles.ts";
import "./own.css";

interface Asked {
  readonly words: string;
  /** File types for the file dialog. */
  readonly accept: string;
}

const ASKED: Readonly<Record<OwnDataSet, Asked>> = {
  mnist: {
    words:
      "The four files of MNIST, packed or not: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte.",
    accept: "",
  },
  arrays: {
    words:
      "Four NumPy files: X_train.npy and X_test.npy with images, N × height × width, y_train.npy and y_test.npy with their labels.",
    accept: ".npy,.npz,.gz,.zip",
  },
  csv: {
    words:
      "One or more tables, packed or not, with a label and a square image in each row: FER2013's emotion, pixels and Usage, or one column a value.",
    accept: ".csv,.tsv,.gz,.zip",
  },
  images: {
    words:
      "Pictures in folders named for their classes, or zips of them: train/cat/1.jpg beside validation/cat/2.jpg, or cat/1.jpg alone.",
    accept: ".zip,image/*,.jfif,.jpe,.pjpeg,.avif",
  },
};

export function OwnDataPanel({ kind }: { readonly kind: OwnDataSet }) {
  const actions = useActions();
  const reading = usePlayground(({ ownData }) => ownData.reading);
  const problem = usePlayground(({ ownData }) => ownData.problem);
  const chosen = usePlayground(({ ownData }) => ownData.chosen[kind]);
  const isKept = usePlayground(({ ownData }) => ownData.kept[kind]?.isKept ?? false);
  const place = useRef<HTMLDivElement>(null);
  const isNews = reading !== null || problem !== null;
  useEffect(() => {
    // Scrolls here when files were dropped elsewhere on the page.
    if (isNews) place.current?.scrollIntoView({ block: "nearest" });
  }, [isNews]);
  return (
    <div className="own-data" ref={place}>
      <p>{ASKED[kind].words}</p>
      <Doors kind={kind} />
      <div role="status">
        {reading !== null && (
          <div className="own-reading">
            <span>{reading.task}</span>
            <Button look="tiny" onClick={actions.cancelOwnData}>
              Stop reading
            </Button>
            <ProgressBar label="Files read" share={reading.share} />
          </div>
        )}
      </div>
      <div role="alert">
        {problem !== null && (
          <p className="field-problem">
            {problem.error.message}
            {chosen !== undefined && " The files chosen before are kept."}
          </p>
        )}
      </div>
      {chosen !== undefined && <OwnDescription description={chosen.description} />}
      {chosen !== undefined && <Keep kind={kind} chosen={chosen} />}
      <p className="own-privacy">
        {isKept
          ? "Files stay on this machine: in this browser, until you take the tick away or press Forget everything in Runs."
          : "Files stay on this machine. A reload of the page forgets them."}
      </p>
    </div>
  );
}

/** Files that are kept need not be chosen again when a run goes on after a reload. */
function Keep({ kind, chosen }: { readonly kind: OwnDataSet; readonly chosen: ChosenFiles }) {
  const actions = useActions();
  const kept = usePlayground(({ ownData }) => ownData.kept[kind]);
  const why = useMemo(() => tooLargeText(chosen), [chosen]) ?? kept?.problem ?? null;
  return (
    <div>
      <label className="own-keep">
        <input
          type="checkbox"
          checked={kept?.isKept ?? false}
          disabled={why !== null && why !== kept?.problem}
          onChange={({ target }) =>
            void keepFiles(kind, target.checked ? chosen : undefined, actions)
          }
        />
        Keep these files in this browser
      </label>
      {why !== null && <p role="status">{why}</p>}
    </div>
  );
}

function Doors({ kind }: { readonly kind: OwnDataSet }) {
  const actions = useActions();
  return (
    <div className="own-doors">
      <FileDoors
        look="tiny"
        files="Choose files"
        folder="Choose a folder"
        accept={ASKED[kind].accept}
        onFiles={(found) => void takeList(found, kind, actions)}
      >
        {kind === "images" && <PicturesDoor />}
        <span className="own-or">or drop them anywhere on the page</span>
      </FileDoors>
    </div>
  );
}

function PicturesDoor() {
  const { open, dialog } = useLoadedDialog(
    "Take pictures",
    async () => (await import("./pictures/TakePicturesDialog.tsx")).TakePicturesDialog,
  );
  return (
    <>
      <Button look="tiny" aria-haspopup="dialog" onClick={open}>
        Take pictures
      </Button>
      {dialog}
    </>
  );
}

/** Takes pictures for a data set class by class, by holding a button, as Teachable Machine does. */
import { Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { PictureSource, SourceState } from "../../../../pictures/pictureSource.ts";
import { useActions, usePlayground } from "../../../PlaygroundContext.tsx";
import { Button } from "../../../widgets/Button.tsx";
import { DialogFrame } from "../../../widgets/DialogFrame.tsx";
import type { LoadedDialogProps } from "../../../widgets/useLoadedDialog.tsx";
import { ClassCard } from "./ClassCard.tsx";
import { filesOf, lackOf, type PictureClass } from "./pictureClasses.ts";
import { SourcePlace } from "./SourcePlace.tsx";
import "./takePictures.css";

/** The time from one picture to the next while the button is held. */
const BETWEEN_MS = 100;

let numIds = 0;

function newId(): number {
  numIds += 1;
  return numIds;
}

function emptyClass(name: string): PictureClass {
  return { id: newId(), name, pictures: [] };
}

/** Outlives the dialog, so that a person can close it and add pictures later. */
let kept: readonly PictureClass[] = [emptyClass("Class 1"), emptyClass("Class 2")];

export function TakePicturesDialog({ onClose }: LoadedDialogProps) {
  const actions = useActions();
  const isGrey = usePlayground(({ settings }) => settings.values.inputChannels === 1);
  const [classes, setClasses] = useState(kept);
  const [state, setState] = useState<SourceState>({ mode: "camera", isReady: false });
  const source = useRef<PictureSource>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    kept = classes;
  }, [classes]);
  const lack = lackOf(classes);

  const change = (id: number, changed: (one: PictureClass) => PictureClass) =>
    setClasses((all) => all.map((one) => (one.id === id ? changed(one) : one)));

  async function take(id: number, isHeld: () => boolean): Promise<void> {
    do {
      const picture = await source.current?.take();
      if (picture === undefined) return;
      const { blob } = picture;
      const taken = { id: newId(), blob, address: URL.createObjectURL(blob) };
      change(id, (one) => ({ ...one, pictures: [taken, ...one.pictures] }));
      // A drawing and a file stay the same while the button is held.
      if (state.mode !== "camera") return;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    } while (isHeld());
  }

  function removePictures(id: number, isRemoved: (picture: number) => boolean): void {
    const { pictures = [] } = classes.find((one) => one.id === id) ?? {};
    for (const picture of pictures) if (isRemoved(picture.id)) URL.revokeObjectURL(picture.address);
    change(id, (one) => ({
      ...one,
      pictures: one.pictures.filter((picture) => !isRemoved(picture.id)),
    }));
  }

  function removeClass(id: number): void {
    removePictures(id, () => true);
    setClasses((all) => all.filter((one) => one.id !== id));
    // The button that was pressed is gone.
    list.current?.focus();
  }

  return (
    <DialogFrame
      title="Take pictures"
      words="Hold a class's button, or the space bar on it, to record its pictures. They stay on this machine."
      className="taken-dialog"
      onClose={onClose}
    >
      <div className="taken">
        <SourcePlace paper={isGrey ? "dark" : "light"} onState={setState} source={source} />
        <div className="taken-classes" ref={list} tabIndex={-1}>
          {classes.map((one) => (
            <ClassCard
              key={one.id}
              pictureClass={one}
              source={state}
              onName={(name) => change(one.id, (before) => ({ ...before, name }))}
              onTake={(isHeld) => take(one.id, isHeld)}
              onRemovePicture={(picture) => removePictures(one.id, (id) => id === picture)}
              onRemove={() => removeClass(one.id)}
            />
          ))}
          <Button
            look="small"
            onClick={() => setClasses((all) => [...all, emptyClass(nextName(all))])}
          >
            <Plus size={15} aria-hidden />
            Add a class
          </Button>
        </div>
      </div>
      <div className="taken-end">
        <p role="status">{lack}</p>
        <Button
          look="primary"
          disabled={lack !== null}
          onClick={() => {
            actions.bringFiles("images", filesOf(classes));
            onClose();
          }}
        >
          Use as data
        </Button>
      </div>
    </DialogFrame>
  );
}

/** Returns `Class 3`, or the first number from there on that no class has. */
function nextName(classes: readonly PictureClass[]): string {
  let number = classes.length + 1;
  while (classes.some(({ name }) => name === `Class ${number}`)) number += 1;
  return `Class ${number}`;
}

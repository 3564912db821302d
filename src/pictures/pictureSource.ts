/**
 * One source of pictures for everything that takes one: a drawing, the camera, or a file that was chosen, dropped or pasted. No
 * picture leaves the page.
 */
import { createCameraView } from "./cameraView.ts";
import { createDrawingPad } from "./drawingPad.ts";
import { create, createButton } from "./elements.ts";
import "./pictures.css";

export interface TakenPicture {
  readonly blob: Blob;
  /** For messages: the name of a file, or where the picture came from. */
  readonly name: string;
}

export type PictureMode = "draw" | "camera" | "file";

export interface SourceState {
  readonly mode: PictureMode;
  /** Whether there is a picture to take. */
  readonly isReady: boolean;
}

export interface PictureSourceOptions {
  readonly modes: readonly PictureMode[];
  /** The paper of drawings; see `createDrawingPad`. */
  readonly paper: "dark" | "light";
  /** Pictures may be dropped on it and pasted in it. */
  readonly area: HTMLElement | Document;
  /**
   * Called with each new picture, and with `undefined` when there is none any more. While the camera is on, it is called again
   * and again, each time after the promise of the call before has resolved.
   */
  readonly onPicture?: (picture: TakenPicture | undefined) => Promise<void>;
  /** Called with all pictures that were given at once, before the first of them is shown. Without it, only one is taken. */
  readonly onFiles?: (pictures: readonly TakenPicture[]) => void;
  /** Called when another mode was chosen, and when a picture can be taken from now on or no longer. */
  readonly onState?: (state: SourceState) => void;
}

export interface PictureSource {
  readonly element: HTMLElement;
  /** Returns what the chosen mode shows now; undefined when that is nothing. */
  take(): Promise<TakenPicture | undefined>;
  /** Shows a picture that was given before, or none. */
  show(picture: TakenPicture | undefined): void;
  /** Stops the camera and takes no more drops. */
  dispose(): void;
}

const TITLES: Readonly<Record<PictureMode, string>> = {
  draw: "Draw",
  camera: "Camera",
  file: "File",
};
/** Gives each source's radio buttons a name of their own. */
let numSources = 0;

/** The time between two pictures of the camera, so that the page can answer in between. */
const BETWEEN_MS = 60;

export function createPictureSource(options: PictureSourceOptions): PictureSource {
  const { modes, paper, area, onPicture, onFiles, onState } = options;
  let mode: PictureMode = modes[0] ?? "file";
  let given: TakenPicture | undefined;
  const pad = createDrawingPad(paper, () => void news("draw"));
  const camera = createCameraView(() => {
    void news("camera");
    if (camera.isOn) void watch();
  });
  const file = createFileView(onFiles !== undefined, give);
  const views = { draw: pad.element, camera: camera.element, file: file.element };

  async function take(): Promise<TakenPicture | undefined> {
    if (mode === "file") return given;
    const blob = await (mode === "draw" ? pad : camera).take();
    return blob && { blob, name: mode === "draw" ? "The drawing" : "The camera's picture" };
  }

  /** Reports the picture of the chosen mode. Other modes may change while they are not shown. */
  async function news(changed: PictureMode): Promise<void> {
    if (changed !== mode) return;
    if (mode === "camera") {
      // A camera that is on reports each picture itself.
      onState?.({ mode, isReady: camera.isOn });
      if (!camera.isOn) await onPicture?.(undefined);
      return;
    }
    const picture = await take();
    // Another mode was chosen while the drawing was encoded.
    if (changed !== mode) return;
    onState?.({ mode, isReady: picture !== undefined });
    await onPicture?.(picture);
  }

  async function watch(): Promise<void> {
    if (onPicture === undefined) return;
    while (camera.isOn) {
      const picture = await camera.take();
      if (picture !== undefined) await onPicture({ blob: picture, name: "The camera's picture" });
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
  }

  function give(files: readonly File[]): void {
    // What is dropped may hold no file, such as marked text.
    if (files.length === 0) return;
    const pictures = files.map((blob) => ({ blob, name: blob.name || "The picture" }));
    onFiles?.(pictures);
    show(pictures[0]);
  }

  function show(picture: TakenPicture | undefined): void {
    given = picture;
    file.show(picture);
    choose("file");
  }

  function choose(chosen: PictureMode): void {
    mode = chosen;
    if (mode !== "camera") camera.stop();
    for (const one of modes) {
      views[one].hidden = one !== mode;
      const radio = radios.get(one);
      if (radio !== undefined) radio.checked = one === mode;
    }
    void news(mode);
  }

  const radios = new Map<PictureMode, HTMLInputElement>();
  numSources += 1;
  const group = `picture-source-${numSources}`;
  const bar = create("div", {
    class: "picture-modes",
    role: "radiogroup",
    "aria-label": "Picture from",
  });
  for (const one of modes) {
    const radio = create("input", { type: "radio", name: group, onchange: () => choose(one) });
    radios.set(one, radio);
    bar.append(create("label", { class: "picture-mode-choice" }, radio, TITLES[one]));
  }
  const element = create(
    "div",
    { class: "picture-source" },
    bar,
    ...modes.map((one) => views[one]),
  );
  const stopListening = takeFrom(area, element, give);
  choose(mode);
  return {
    element,
    take,
    show,
    dispose() {
      camera.stop();
      file.dispose();
      stopListening();
    },
  };
}

/** Takes the files of each drop and each paste. */
function takeFrom(
  area: HTMLElement | Document,
  marked: HTMLElement,
  give: (files: readonly File[]) => void,
): () => void {
  const control = new AbortController();
  const { signal } = control;
  const target: EventTarget = area;
  const listen = (type: string, handle: (event: Event) => void) =>
    target.addEventListener(type, handle, { signal });
  const mark = (isOver: boolean) => marked.toggleAttribute("data-over", isOver);
  listen("dragover", (event) => {
    // The page around may have a place for drops of its own.
    event.stopPropagation();
    event.preventDefault();
    mark(true);
  });
  listen("dragleave", (event) => {
    if (event instanceof DragEvent && event.relatedTarget === null) mark(false);
  });
  listen("drop", (event) => {
    event.stopPropagation();
    event.preventDefault();
    mark(false);
    if (event instanceof DragEvent) give([...(event.dataTransfer?.files ?? [])]);
  });
  listen("paste", (event) => {
    const pasted = event instanceof ClipboardEvent ? [...(event.clipboardData?.files ?? [])] : [];
    if (pasted.length === 0) return;
    event.preventDefault();
    give(pasted);
  });
  return () => control.abort();
}

function createFileView(takesSeveral: boolean, give: (files: readonly File[]) => void) {
  const input = create("input", { type: "file", accept: "image/*", hidden: "" });
  input.multiple = takesSeveral;
  const image = create("img", { class: "picture-square picture-shown", alt: "" });
  let address = "";
  image.hidden = true;
  image.addEventListener("error", () => {
    image.hidden = true;
  });
  input.addEventListener("change", () => {
    const chosen = [...(input.files ?? [])];
    // The same file, repaired, must fire the event again.
    input.value = "";
    give(chosen);
  });
  const what = takesSeveral ? "pictures" : "a picture";
  const words = create("p", { class: "picture-words" }, `Drop or paste ${what} here.`);
  const door = createButton(`Choose ${what}`, () => input.click(), "button-primary");
  return {
    element: create(
      "div",
      { class: "picture-view" },
      create("div", { class: "picture-stage picture-drop" }, words, image),
      create("div", { class: "picture-tools" }, door),
      input,
    ),
    show(picture: TakenPicture | undefined) {
      URL.revokeObjectURL(address);
      image.hidden = picture === undefined;
      if (picture === undefined) return;
      address = URL.createObjectURL(picture.blob);
      image.src = address;
      image.alt = picture.name;
    },
    dispose: () => URL.revokeObjectURL(address),
  };
}

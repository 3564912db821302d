/** A camera in the page: it runs from its start button to its stop button, and its pictures stay in the page. */
import { messageOf, PlaygroundError } from "../core/errors.ts";
import { blobOf } from "./drawingPad.ts";
import { create, createButton } from "./elements.ts";

/** Most pixels a side of the square that is cut out of the camera's picture: more than any network here takes. */
const MOST_SIDE = 320;

export interface CameraView {
  readonly element: HTMLElement;
  readonly isOn: boolean;
  /** The square in the middle of the newest picture; undefined while the camera is off. */
  take(): Promise<Blob | undefined>;
  stop(): void;
}

/** @param onChange called when the camera has started or stopped. */
export function createCameraView(onChange: () => void): CameraView {
  const video = create("video", {
    class: "picture-square picture-video",
    playsinline: "",
    "aria-label": "Camera",
  });
  video.muted = true;
  const problem = create("p", { class: "picture-problem", role: "alert" });
  const start = createButton("Start the camera", () => void open(), "button-primary");
  const stop = createButton("Stop the camera", close);
  const sign = create("span", { class: "picture-live", role: "status" });
  const canvas = create("canvas");
  let stream: MediaStream | undefined;
  let isOpening = false;

  async function open(): Promise<void> {
    if (isOpening || stream !== undefined) return;
    isOpening = true;
    problem.textContent = "";
    try {
      const opened = await openCamera();
      // The view was closed while the browser asked for permission.
      if (!isOpening) {
        stopTracks(opened);
        return;
      }
      stream = opened;
      for (const track of stream.getTracks()) track.addEventListener("ended", close);
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      problem.textContent = messageOf(error);
      close();
    }
    isOpening = false;
    changed();
  }

  function close(): void {
    isOpening = false;
    if (stream === undefined) return;
    stopTracks(stream);
    stream = undefined;
    video.srcObject = null;
    changed();
  }

  function changed(): void {
    const isOn = stream !== undefined;
    // The focus follows from the button that goes to the one that takes its place.
    const hadFocus = document.activeElement === start || document.activeElement === stop;
    element.toggleAttribute("data-on", isOn);
    start.hidden = isOn;
    stop.hidden = !isOn;
    sign.textContent = isOn ? "Camera is on" : "";
    if (hadFocus) (isOn ? stop : start).focus();
    onChange();
  }

  const element = create(
    "div",
    { class: "picture-view picture-camera" },
    create(
      "div",
      { class: "picture-stage" },
      create("p", { class: "picture-words" }, "Its pictures stay on this machine."),
      video,
      sign,
    ),
    problem,
    create("div", { class: "picture-tools" }, start, stop),
  );
  stop.hidden = true;
  return {
    element,
    get isOn() {
      return stream !== undefined;
    },
    async take() {
      const { videoWidth, videoHeight } = video;
      const cut = Math.min(videoWidth, videoHeight);
      if (stream === undefined || cut === 0) return undefined;
      const side = Math.min(cut, MOST_SIDE);
      canvas.width = side;
      canvas.height = side;
      const [left, top] = [(videoWidth - cut) / 2, (videoHeight - cut) / 2];
      canvas.getContext("2d")?.drawImage(video, left, top, cut, cut, 0, 0, side, side);
      return blobOf(canvas, "image/jpeg");
    },
    stop: close,
  };
}

/** @throws PlaygroundError `camera.unavailable` */
async function openCamera(): Promise<MediaStream> {
  // Pages on plain http have no devices.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (devices === undefined) {
    throw unavailable("this page may not use a camera", "Open it by https, or choose a file.");
  }
  try {
    return await devices.getUserMedia({
      video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 } },
      audio: false,
    });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotAllowedError")
      throw unavailable(
        "the browser may not use it",
        "Allow it beside the address, then start it again.",
      );
    if (name === "NotFoundError" || name === "OverconstrainedError")
      throw unavailable("there is none", "Connect one, or choose a file.");
    if (name === "NotReadableError")
      throw unavailable("another program uses it", "Close that program, then start it again.");
    throw unavailable(messageOf(error), "Start it again, or choose a file.");
  }
}

function unavailable(rule: string, remedy: string): PlaygroundError {
  return new PlaygroundError({ code: "camera.unavailable", where: "Camera", rule, remedy });
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Opens TensorFlow.js on WebGL 2 and reports when its context is lost. */
import * as tf from "@tensorflow/tfjs";
import { isSoftwareName } from "../../device/graphicsAdapter.ts";
import type { OpenBackend } from "./openBackend.ts";
import { removeBackend, setBackend } from "./setBackend.ts";

/** @throws Error with the reason as a message. */
export async function openWebgl(): Promise<OpenBackend> {
  if (!tf.device_util.isBrowser()) throw new Error("there is no WebGL outside a browser");
  // By default tfjs refuses WebGL without a graphics card. Here it is allowed, and `device` mentions the processor.
  tf.env().set("SOFTWARE_WEBGL_ENABLED", true);
  // Every run gets a new backend, because one whose context was lost never answers again.
  removeBackend("webgl");
  tf.registerBackend("webgl", () => new tf.MathBackendWebGL(), 2);
  await setBackend("webgl");
  const backend = tf.backend();
  if (!(backend instanceof tf.MathBackendWebGL)) throw new Error("TensorFlow.js gave another");
  // `floatPrecision()` cannot be used, because it returns 16 even where 32 bits are enabled.
  if (!tf.env().getBool("WEBGL_RENDER_FLOAT32_ENABLED")) {
    removeBackend("webgl");
    throw new Error("this graphics driver computes in 16 bits only, too few to train with");
  }
  const renderer = rendererOf(backend.gpgpu.gl);
  const isSoftware = isSoftwareName(renderer);
  return {
    name: "webgl",
    device: isSoftware ? `${renderer}, computed by the processor` : renderer,
    isSoftware,
    lost: contextLost(backend.gpgpu.gl),
    fault: () => undefined,
    finish: () => backend.gpgpu.createAndWaitForFence(),
    usedBytes: () => backend.memory().numBytesInGPUAllocated,
    dispose: () => removeBackend("webgl"),
  };
}

function rendererOf(gl: WebGLRenderingContext): string {
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer: unknown = gl.getParameter(
    names === null ? gl.RENDERER : names.UNMASKED_RENDERER_WEBGL,
  );
  return typeof renderer === "string" && renderer !== ""
    ? renderer
    : "a WebGL device that gives no name";
}

function contextLost(gl: WebGLRenderingContext): Promise<string> {
  return new Promise((resolve) => {
    // The types of a worker's context lack the canvas, which the object has.
    const canvas: unknown = "canvas" in gl ? gl.canvas : undefined;
    if (!(canvas instanceof EventTarget)) return;
    const onLost = () => resolve("the browser took the WebGL context away");
    canvas.addEventListener("webglcontextlost", onLost, { once: true });
  });
}

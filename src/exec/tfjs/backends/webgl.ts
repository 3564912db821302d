/** TensorFlow.js on WebGL 2, with a watch on its context. */
import * as tf from "@tensorflow/tfjs";
import { isSoftwareName } from "../../device/graphicsAdapter.ts";
import type { OpenBackend } from "./openBackend.ts";
import { removeBackend, setBackend } from "./setBackend.ts";

/** @throws Error with the reason in words. */
export async function openWebgl(): Promise<OpenBackend> {
  if (!tf.device_util.isBrowser()) throw new Error("there is no WebGL outside a browser");
  // tfjs refuses WebGL without a graphics card unless told; here it is allowed, and said.
  tf.env().set("SOFTWARE_WEBGL_ENABLED", true);
  // One of its own for every run: a backend whose context was lost never answers again.
  removeBackend("webgl");
  tf.registerBackend("webgl", () => new tf.MathBackendWebGL(), 2);
  await setBackend("webgl");
  const backend = tf.backend();
  if (!(backend instanceof tf.MathBackendWebGL)) throw new Error("TensorFlow.js gave another");
  // Not `floatPrecision()`, which answers 16 wherever 32 bits are on.
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
    // The types of a worker know no canvas of a context; the context has one all the same.
    const canvas: unknown = "canvas" in gl ? gl.canvas : undefined;
    if (!(canvas instanceof EventTarget)) return;
    const onLost = () => resolve("the browser took the WebGL context away");
    canvas.addEventListener("webglcontextlost", onLost, { once: true });
  });
}

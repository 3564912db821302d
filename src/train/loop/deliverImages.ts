/** Answers requests for the pixels of evaluated images, in a run and in a race. */
import type { PixelBatch } from "../../core/pixelBatch.ts";
import type { RunData } from "../data/runData.ts";
import type { RunEnvironment } from "./prepareRun.ts";
import type { RunRequest } from "./runControl.ts";

/** Failing to deliver images does not end the run; the failure is only reported. */
export async function deliverImages(
  { runId, emit }: Pick<RunEnvironment, "runId" | "emit">,
  data: RunData,
  request: RunRequest & { readonly type: "images" },
): Promise<void> {
  const { of, requestId } = request;
  const indices = [...request.indices];
  try {
    const { pixels, labels } =
      of === "test" ? await data.testImages(indices) : await data.validationImages(of, indices);
    emit({
      ...{ type: "images.delivered", runId, requestId },
      ...{ indices, pixels: asBytes(pixels), labels },
    });
  } catch (error) {
    request.refuse(error);
  }
}

/** Rounds to bytes for display, since a screen cannot show more levels. */
export function asBytes(pixels: PixelBatch["pixels"]): Uint8Array {
  return pixels instanceof Uint8Array ? pixels : Uint8Array.from(Uint8ClampedArray.from(pixels));
}

/** The errors about model files. Each names the file and the place in it. */
import { PlaygroundError } from "../core/errors.ts";

export interface ModelFault {
  readonly rule: string;
  readonly expected?: string;
  readonly got?: string;
  readonly remedy: string;
}

/** @param where the file, or the file and the layer: `model.h5, layer conv2d_1`. */
export function wrongModel(where: string, fault: ModelFault, cause?: unknown): PlaygroundError {
  return new PlaygroundError(
    { code: "file.invalid", where, ...fault, context: { file: where } },
    { cause },
  );
}

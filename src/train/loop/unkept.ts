/** Says why a checkpoint could not be kept and what a person can do. */
import { isFull } from "../../checkpoint/checkpointStore.ts";
import { PlaygroundError, reasonOf } from "../../core/errors.ts";

/** @param error what the storage threw */
export function unkept(error: unknown): PlaygroundError {
  if (error instanceof PlaygroundError) return error;
  const wantsRoom = isFull(error);
  return new PlaygroundError(
    {
      code: "checkpoint.unkept",
      where: "Checkpoint",
      rule: wantsRoom
        ? "the storage is full, so a reload now loses the steps since the last checkpoint"
        : "the storage refuses it, so a reload now loses the steps since the last checkpoint",
      got: reasonOf(error).replace(/[.]$/, ""),
      remedy: wantsRoom
        ? "Delete old runs or free space on the disk; training goes on and tries again."
        : "Export the model at the end; training goes on and tries again.",
      context: { isFull: wantsRoom },
    },
    { cause: error },
  );
}

/** The dialog for classifying a person's pictures. What it shows loads after it. */
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import { lazyPlace } from "../../widgets/lazyPart.tsx";
import type { LoadedDialogProps } from "../../widgets/useLoadedDialog.tsx";

const Classification = lazyPlace(
  "Classify a picture",
  async () => (await import("./Classification.tsx")).Classification,
);

export function ClassifyDialog({ onClose }: LoadedDialogProps) {
  return (
    <DialogFrame
      title="Classify a picture"
      words="Draw one, take it by camera, or drop, paste or choose one or several. They stay on this machine, and become images as in training."
      className="classify-dialog"
      onClose={onClose}
    >
      <Classification />
    </DialogFrame>
  );
}

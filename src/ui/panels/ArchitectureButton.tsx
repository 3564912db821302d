/** Opens the architecture picture. */
import { useLoadedDialog } from "../widgets/useLoadedDialog.tsx";

export function ArchitectureButton() {
  const { open, dialog } = useLoadedDialog(
    "The architecture picture",
    async () => (await import("./architecture/ArchitectureDialog.tsx")).ArchitectureDialog,
    "architecture",
  );
  return (
    <>
      <button type="button" className="view-tab" aria-haspopup="dialog" onClick={open}>
        Architecture
      </button>
      {dialog}
    </>
  );
}

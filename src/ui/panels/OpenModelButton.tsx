/** Opens the dialog for models of other programs. */
import { Button } from "../widgets/Button.tsx";
import { useLoadedDialog } from "../widgets/useLoadedDialog.tsx";

export function OpenModelButton() {
  const { open, dialog } = useLoadedDialog(
    "Open a model",
    async () => (await import("./open/OpenModelDialog.tsx")).OpenModelDialog,
    "model",
  );
  return (
    <>
      <Button aria-haspopup="dialog" onClick={open}>
        Open a model
      </Button>
      {dialog}
    </>
  );
}

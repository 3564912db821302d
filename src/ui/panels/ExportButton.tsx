/** Opens the dialog for exporting files of a run. */
import { Download } from "lucide-react";
import { Button } from "../widgets/Button.tsx";
import { useLoadedDialog } from "../widgets/useLoadedDialog.tsx";

export function ExportButton() {
  const { open, dialog } = useLoadedDialog(
    "Export",
    async () => (await import("./export/ExportDialog.tsx")).ExportDialog,
    "export",
  );
  return (
    <>
      <Button look="small" aria-label="Export" aria-haspopup="dialog" onClick={open}>
        <Download size={15} aria-hidden />
        <span className="wide-only">Export</span>
      </Button>
      {dialog}
    </>
  );
}

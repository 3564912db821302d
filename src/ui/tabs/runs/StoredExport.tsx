/** Exports the network of a recorded run, with the weights that are kept of it. */
import type { RunHead } from "../../../runs/runRecord.ts";
import { NetworkRows } from "../../panels/export/NetworkRows.tsx";
import "../../panels/export/export.css";
import { ReopenedDialog } from "./ReopenedDialog.tsx";
import { useReopenedRun } from "./RunsContext.tsx";

export function StoredExport(props: { readonly head: RunHead; readonly onClose: () => void }) {
  const { head } = props;
  const reopened = useReopenedRun();
  return (
    <ReopenedDialog
      {...props}
      part="test"
      title="Export network"
      className="run-export"
      content={() => (
        <ul className="export-list">
          <NetworkRows
            recipe={head.recipeId}
            weights="last"
            model={null}
            predictions={null}
            requestFile={(content, weights) => reopened.requestFile(content, weights, head)}
          />
        </ul>
      )}
    />
  );
}

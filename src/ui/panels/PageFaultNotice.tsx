/** Shows errors that the page threw outside of its components. */
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";
import { CopyDetails } from "../widgets/CopyDetails.tsx";

export function PageFaultNotice() {
  const actions = useActions();
  const fault = usePlayground(({ view }) => view.fault);
  if (fault === null) return null;
  return (
    <div className="notice notice-danger" role="alert">
      <div className="notice-words">
        <b>Something in the page failed.</b> {fault.message} A training goes on; if the page behaves
        strangely, save what you need and load it again.
      </div>
      <span className="notice-actions">
        <CopyDetails fault={fault} where="The page" />
        <Button look="small" onClick={() => actions.setView({ fault: null })}>
          Dismiss
        </Button>
      </span>
    </div>
  );
}

/** Leads to where a person chooses the files again that a run was trained on. */
import type { OwnDataSet } from "../../settings/ownData.ts";
import { DEFAULT_TAB } from "../../store/page/viewState.ts";
import { useActions } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";

export function MissingFilesButton({ kind }: { readonly kind: OwnDataSet }) {
  const actions = useActions();
  const show = () => {
    actions.setView({ tab: DEFAULT_TAB, openGroups: ["network", "training", "data"] });
    actions.setValue("dataSet", kind);
  };
  return (
    <Button look="small" onClick={show}>
      Show where to choose them
    </Button>
  );
}

/** A button that saves runs as one file. The code that packs it loads with the first press. */
import { reasonOf } from "../../../core/errors.ts";
import { network } from "../../../core/network.ts";
import { runFileName } from "../../../runs/files/runFileName.ts";
import { saveFile } from "../../saveFile.ts";
import { Button, type ButtonProps } from "../../widgets/Button.tsx";
import { useToast } from "../../widgets/Toasts.tsx";
import { useRunsActions } from "./RunsContext.tsx";

export function SaveRuns(props: {
  readonly ids: readonly string[];
  readonly label: string;
  readonly look?: ButtonProps["look"];
}) {
  const { ids, label, look = "plain" } = props;
  const actions = useRunsActions();
  const showToast = useToast();
  async function save(): Promise<void> {
    try {
      const [records, { writeRunFile }] = await Promise.all([
        actions.records(ids),
        network.untilThere("The run file", () => import("../../../runs/files/runFile.ts")),
      ]);
      const name = runFileName(records.map(({ head }) => head));
      saveFile(name, await writeRunFile(records), "application/zip");
    } catch (error) {
      showToast({ title: "Not exported", text: reasonOf(error) });
    }
  }
  return (
    <Button look={look} disabled={ids.length === 0} onClick={() => void save()}>
      {label}
    </Button>
  );
}

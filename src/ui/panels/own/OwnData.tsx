/** The place for a person's own files in the data group. Its contents load with the first files. */
import { isOwnDataSet, type OwnDataSet } from "../../../settings/ownData.ts";
import type { PlaygroundState } from "../../../store/store.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { lazyPlace } from "../../widgets/lazyPart.tsx";

const Panel = lazyPlace(
  "Your files",
  async () => (await import("./OwnDataPanel.tsx")).OwnDataPanel,
  null,
);

export function OwnData() {
  const kind = usePlayground(shownKind);
  if (kind === null) return null;
  return <Panel kind={kind} />;
}

/** Newly given files are shown first, whatever data set is chosen. */
function shownKind({ ownData, settings }: PlaygroundState): OwnDataSet | null {
  const { dataSet } = settings.values;
  return (ownData.reading ?? ownData.problem)?.kind ?? (isOwnDataSet(dataSet) ? dataSet : null);
}

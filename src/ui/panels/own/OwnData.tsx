/** The place of a person's own files in the data group; what it shows loads with the first of them. */
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

/** Files just handed over come first, whatever is chosen. */
function shownKind({ ownData, settings }: PlaygroundState): OwnDataSet | null {
  const { dataSet } = settings.values;
  return (ownData.reading ?? ownData.problem)?.kind ?? (isOwnDataSet(dataSet) ? dataSet : null);
}

/** Describes the data set, how much of it has loaded, and which requests were retried. */
import { formatBytes, formatCount } from "../../core/units.ts";
import { isOwnDataSet } from "../../settings/ownData.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";
import { lazyDialog } from "../widgets/lazyPart.tsx";
import { ProgressBar } from "../widgets/ProgressBar.tsx";
import { OwnData } from "./own/OwnData.tsx";

const LookDialog = lazyDialog(
  "Look at the data",
  async () => (await import("./look/LookDialog.tsx")).LookDialog,
);

function LookButton() {
  const actions = useActions();
  const open = usePlayground(({ dataLook }) => dataLook.open);
  return (
    <>
      <Button look="small" onClick={() => actions.lookAtData()}>
        Look at the data
      </Button>
      {open && <LookDialog onFailure={actions.closeLook} />}
    </>
  );
}

export function DataStatus() {
  const description = usePlayground(({ dataSet }) => dataSet.description);
  const failed = usePlayground(({ dataSet }) => dataSet.error !== null);
  const isOwn = usePlayground(({ settings }) => isOwnDataSet(settings.values.dataSet));
  const data = usePlayground(({ run }) => run.data);
  return (
    <div className="data-status">
      <OwnData />
      {isOwn ? null : description === null ? (
        <p>{failed ? "No data set." : "Looking for the data set…"}</p>
      ) : (
        <p>
          <b>{description.title}</b>
          <br />
          {formatCount(description.numTrain)} training and {formatCount(description.numTest)} test
          images of {description.height}×{description.width}, {formatBytes(description.sizeBytes)}{" "}
          in {description.numShards} shards
        </p>
      )}
      {description !== null && description.fallbackReason !== "" && (
        <p className="data-fallback">{description.fallbackReason}</p>
      )}
      <LookButton />
      {data !== null && (
        <>
          <ProgressBar
            label="Data loaded"
            share={data.totalBytes > 0 ? data.loadedBytes / data.totalBytes : null}
          />
          <p>
            {formatBytes(data.loadedBytes)} of {formatBytes(data.totalBytes)} · {data.shardsLoaded}{" "}
            of {data.numShards} shards
            {data.buffered < data.bufferSize &&
              ` · buffer ${formatCount(data.buffered)} of ${formatCount(data.bufferSize)}`}
          </p>
        </>
      )}
    </div>
  );
}

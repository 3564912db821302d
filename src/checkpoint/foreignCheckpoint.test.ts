import { describe, expect, test } from "vitest";
import { readForeignCheckpoint } from "./foreignCheckpoint.ts";
import { madeCheckpoint } from "./madeCheckpoint.ts";
import { sourceOf } from "./memoryFolder.ts";
import { checkpointBytes, trainedCheckpoint, UNFIT_WEIGHTS } from "./trainedCheckpoint.ts";
import { trainedWeights } from "./trainedWeights.ts";
import { withRunId } from "./withRunId.ts";

const read = (bytes: Uint8Array<ArrayBuffer>) => readForeignCheckpoint(sourceOf(bytes), "mine.zip");

describe("a checkpoint from a file", () => {
  test("comes back when its weights are those of its settings", async () => {
    const checkpoint = trainedCheckpoint("run-a");
    expect(await read(await checkpointBytes(checkpoint))).toEqual(checkpoint);
  });

  test.each(Object.entries(UNFIT_WEIGHTS))(
    "with weights that are %s is refused",
    async (_, change) => {
      const bytes = await checkpointBytes(trainedCheckpoint("run-a", change));
      await expect(read(bytes)).rejects.toMatchObject({ code: "file.invalid" });
      await expect(read(bytes)).rejects.toThrow(
        /^mine[.]zip: (every weight is finite|its weights are)/,
      );
    },
  );

  test("that is cut short, changed, or holds optimiser vectors alone is refused", async () => {
    const bytes = await checkpointBytes(trainedCheckpoint("run-a"));
    await expect(read(bytes.slice(0, 5000))).rejects.toMatchObject({ code: "file.invalid" });
    const changed = bytes.slice();
    changed[1000] = (changed[1000] ?? 0) ^ 1;
    await expect(read(changed)).rejects.toThrow(/its checkpoint is whole/);
    const made = await checkpointBytes(madeCheckpoint(3));
    await expect(read(made)).rejects.toThrow(/its weights are those of the network/);
  });

  test("gets another id everywhere, and lends the weights under it", () => {
    const checkpoint = withRunId(trainedCheckpoint("terminal"), "file-1");
    expect(
      checkpoint.lanes[0]?.history.events.map((event) => "runId" in event && event.runId),
    ).toEqual(["file-1"]);
    expect(trainedWeights(checkpoint, "file-1")).toMatchObject({ step: 7 });
    expect(() => trainedWeights(checkpoint, "terminal")).toThrow(/no weights of this network/);
  });
});

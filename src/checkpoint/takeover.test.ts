import { expect, test, vi } from "vitest";
import { madeCheckpoint } from "./madeCheckpoint.ts";
import { answerTakeovers, openTakeovers } from "./takeover.ts";

/** A worker that trains a run, and a page of another tab. What happens is listed as it happens. */
function setUp(keep: () => Promise<number>) {
  const happened: string[] = [];
  const { summary } = madeCheckpoint(412, { runId: "run-1", totalSteps: 1874 });
  const stop = answerTakeovers("run-1", {
    describe: () => ({ summary, stepMs: 20, page: "other" }),
    keep,
    letGo: (step) => happened.push(`lets go at ${step}`),
  });
  const page = openTakeovers({
    onHere: (run) => happened.push(`${run.summary.runId} at ${run.summary.step} in ${run.page}`),
    onKeeps: (runId) => happened.push(`keeps ${runId}`),
    onRefused: (runId, reason) => happened.push(`refuses ${runId}: ${reason}`),
  });
  const close = () => {
    stop();
    page.close();
  };
  return { page, happened, close };
}

test("a worker describes its run, keeps a checkpoint when it is asked for it, and lets it go", async () => {
  const { page, happened, close } = setUp(async () => 414);
  page.askWho();
  await vi.waitFor(() => expect(happened).toEqual(["run-1 at 412 in other"]));
  page.askFor("run-2");
  page.askFor("run-1");
  await vi.waitFor(() => expect(happened).toContain("lets go at 414"));
  await vi.waitFor(() => expect(happened).toContain("keeps run-1"));
  expect(happened).toHaveLength(3);
  close();
});

test("a worker that can keep no checkpoint goes on and says why", async () => {
  const { page, happened, close } = setUp(() => Promise.reject(new Error("The disk is full.")));
  page.askFor("run-1");
  await vi.waitFor(() => expect(happened).toContain("refuses run-1: The disk is full."));
  expect(happened.some((one) => one.startsWith("lets go"))).toBe(false);
  close();
});

test("what no version of the page says is ignored", async () => {
  const { page, happened, close } = setUp(async () => 1);
  const channel = new BroadcastChannel("xception-playground.takeover");
  for (const message of [null, 7, { type: "here", summary: { runId: 3 } }, { type: "letGo" }])
    channel.postMessage(message);
  page.askWho();
  await vi.waitFor(() => expect(happened).toEqual(["run-1 at 412 in other"]));
  channel.close();
  close();
});

/**
 * A recorded run whose kept weights are opened again, to see its pictures and to export its network. One worker evaluates them
 * and answers requests until the run is closed.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { FileOrder, RunClient } from "../../client/runClient.ts";
import type { EvaluatedPart } from "../../core/classified.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { RunHead } from "../../runs/runRecord.ts";
import { isOwnDataSet } from "../../settings/ownData.ts";
import { machineRefusal } from "../machine/machineOwner.ts";
import { createFileRequests, createPictureRequests, type DeliveredFile } from "../requests.ts";
import { type EvaluationState, evaluationAfter, noEvaluation } from "../run/evaluationState.ts";
import { noRun, type RunState, runAfter, startedRun } from "../run/runState.ts";
import { ownFilesOf, type Playground } from "../store.ts";

export interface ReopenedState {
  /** The id of the recorded run; `null` when none is open. */
  readonly trained: string | null;
  /** How far the evaluation is. */
  readonly run: RunState;
  readonly evaluation: EvaluationState;
  /** Why the run is not open, or why its evaluation ended, in a sentence. */
  readonly problem: string | null;
}

export interface ReopenedRun {
  readonly store: StoreApi<ReopenedState>;
  /** Opens a run and evaluates it on a part of its images. It closes the one before. */
  open(head: RunHead, part: EvaluatedPart): void;
  close(): void;
  /** Like `PlaygroundActions.requestPictures`. */
  requestPictures(part: EvaluatedPart, places: readonly number[]): Promise<Uint8Array>;
  /** Like `PlaygroundActions.requestFile`. */
  requestFile(
    content: FileOrder["content"],
    weights: FileOrder["weights"],
    head: RunHead,
  ): Promise<DeliveredFile>;
}

const CLOSED: ReopenedState = {
  trained: null,
  run: noRun(),
  evaluation: noEvaluation(),
  problem: null,
};
const GIVEN_UP = "The evaluation was given up, because something else was started.";

export function createReopenedRun(
  playground: Pick<Playground, "store" | "machine">,
  connect: (onEvent: (event: WorkerEvent) => void) => RunClient,
): ReopenedRun {
  const store = createStore<ReopenedState>(() => CLOSED);
  const { getState: get, setState: set } = store;
  const { machine } = playground;
  const client = connect(receive);
  const files = createFileRequests();
  const pictures = createPictureRequests();

  machine.join("evaluation", {
    isUsing: () => get().run.runId !== null && get().evaluation.confusion === null,
    pause: giveUp,
    cancel: giveUp,
  });
  store.subscribe(machine.settle);

  function giveUp(): void {
    client.reset();
    set({ run: noRun(), problem: GIVEN_UP });
  }

  function receive(event: WorkerEvent): void {
    if (event.type === "network.changed") return;
    if (event.type === "images.delivered" || event.type === "images.failed")
      pictures.receive(event);
    else if (event.type === "file.delivered" || event.type === "file.failed") files.receive(event);
    else if (event.type === "request.superseded") pictures.receive(event);
    else if (event.type === "run.failed") set({ run: noRun(), problem: event.error.message });
    else {
      const { run, evaluation } = get();
      if ("runId" in event && event.runId === run.runId)
        set({ run: runAfter(run, event), evaluation: evaluationAfter(evaluation, event) });
    }
  }

  function close(): void {
    machine.withdraw("evaluation");
    client.reset();
    set(CLOSED);
  }

  return {
    store,
    close,
    open(head, part) {
      close();
      const refusal = machineRefusal(machine.state, "evaluation");
      const files = ownFilesOf(playground.store.getState(), head.settings);
      const lacksFiles = isOwnDataSet(head.settings.dataSet) && files.length === 0;
      const problem = lacksFiles
        ? "Its images are a person's own files: choose the same files in the Playground first."
        : refusal;
      set({ trained: head.id, problem });
      if (problem !== null) return;
      machine.ask("evaluation", () => {
        if (get().trained !== head.id) return;
        const id = client.reopen(head.id, part, files);
        set({ run: startedRun(id, head.settings) });
      });
    },
    requestPictures: (part, places) => pictures.answerTo(client.requestImages(part, places)),
    requestFile: (content, weights, { recipeId, settings }) =>
      files.answerTo(client.requestFile({ content, weights, recipe: recipeId, settings })),
  };
}

import { expect, test } from "vitest";
import type { WorkerEvent } from "../../protocol/events.ts";
import { cellOf, confusionCaption, evaluationAfter, noEvaluation } from "./evaluationState.ts";

const runId = "a";
const tested: WorkerEvent = {
  type: "test.completed",
  runId,
  step: 60,
  loss: 1,
  accuracy: 0.6,
  numImages: 5,
  confusion: Uint32Array.of(2, 1, 1, 1),
  predicted: Uint8Array.of(0, 1, 0, 1, 0),
  labels: Uint8Array.of(0, 0, 1, 1, 0),
  probabilities: new Float32Array(0),
};

test("the newest confusion matrix says on which images it rests", () => {
  const validated = evaluationAfter(noEvaluation(), {
    type: "validation.completed",
    runId,
    whole: false,
    step: 940,
    loss: 1,
    accuracy: 0.5,
    numImages: 1000,
    confusion: Uint32Array.of(500, 0, 500, 0),
    labels: new Uint8Array(0),
    predicted: new Uint8Array(0),
    probabilities: new Float32Array(0),
  });
  expect(validated.confusion && confusionCaption(validated.confusion)).toBe(
    "1,000 validation images after step 940",
  );
  const state = evaluationAfter(validated, tested);
  expect(state.confusion && confusionCaption(state.confusion)).toBe("5 test images after step 60");
});

test("a cell knows its test images, and there is none before a test", () => {
  expect(cellOf(noEvaluation(), 0, 1)).toBeNull();
  const state = evaluationAfter(noEvaluation(), tested);
  expect(cellOf(state, 0, 0)).toMatchObject({ indices: [0, 4], numImages: 2 });
  expect(cellOf(state, 1, 0)).toMatchObject({ indices: [2] });
});

test("delivered images go to the cell that asked for them and to no other", () => {
  const state = evaluationAfter(noEvaluation(), tested);
  const cell = cellOf(state, 0, 0);
  const open = { ...state, cell: cell && { ...cell, requestId: "newer" } };
  const delivered = (requestId: string, indices: number[]): WorkerEvent => ({
    type: "images.delivered",
    runId,
    requestId,
    indices,
    labels: new Uint8Array(indices.length),
    pixels: new Uint8Array(indices.length),
  });
  expect(evaluationAfter(open, delivered("older", [0, 4])).cell?.images).toBeNull();
  expect(evaluationAfter(open, delivered("newer", [0, 4])).cell?.images?.indices).toEqual([0, 4]);
  const lost = { type: "request.superseded", requestId: "newer" } as const;
  expect(evaluationAfter(open, lost).cell?.problem).toContain("Train again");
  const error = { code: "data.unreachable", message: "No answer.", context: {} } as const;
  const failed = { type: "images.failed", runId, requestId: "newer", error } as const;
  expect(evaluationAfter(open, failed).cell?.problem).toBe("No answer.");
});

import { expect, test } from "vitest";
import { imagesOfCell } from "../../core/classified.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { confusionCaption, evaluationAfter, noEvaluation } from "./evaluationState.ts";

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
  probabilities: Float32Array.of(0.75, 0.25, 0.25, 0.75, 0.5, 0.5, 0.25, 0.75, 0.625, 0.375),
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
    labels: new Uint8Array(1000),
    predicted: new Uint8Array(1000),
    probabilities: new Float32Array(2000),
  });
  expect(validated.confusion && confusionCaption(validated.confusion)).toBe(
    "1,000 validation images after step 940",
  );
  expect(validated.confusion?.part).toBe("subset");
  const state = evaluationAfter(validated, tested);
  expect(state.confusion && confusionCaption(state.confusion)).toBe("5 test images after step 60");
  expect(state.confusion?.part).toBe("test");
});

test("a cell knows its images, and there is none before an evaluation", () => {
  expect(noEvaluation().confusion).toBeNull();
  const images = evaluationAfter(noEvaluation(), tested).confusion?.images;
  expect(images && imagesOfCell(images, 0, 0)).toEqual([4, 0]);
  expect(images && imagesOfCell(images, 1, 0)).toEqual([2]);
});

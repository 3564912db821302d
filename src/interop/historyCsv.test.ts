import { expect, test } from "vitest";
import { historyCsv } from "./historyCsv.ts";

const point = (step: number) => ({ step, loss: 0.5, accuracy: 0.75 });
const history = { training: [point(1), point(2)], validation: [point(2)], test: null };
const COLUMNS = "step,loss,accuracy,validation_loss,validation_accuracy,test_loss,test_accuracy";

const linesOf = (text: string) => text.replace("\uFEFF", "").trim().split(/\r?\n/);

test("a history without changes has the seven columns", () => {
  expect(linesOf(historyCsv(history))).toEqual([
    COLUMNS,
    "1,0.5,0.75,,,,",
    "2,0.5,0.75,0.5,0.75,,",
  ]);
});

test("a change stands at the step from which on it applies", () => {
  const changes = [{ step: 2, words: "Learning rate 0.0001, Frozen layers 0" }];
  expect(linesOf(historyCsv({ ...history, changes }))).toEqual([
    `${COLUMNS},changed_from_here`,
    "1,0.5,0.75,,,,,",
    '2,0.5,0.75,0.5,0.75,,,"Learning rate 0.0001, Frozen layers 0"',
  ]);
});

import { expect, test } from "vitest";
import { forTerminal } from "./forTerminal.ts";

test("a remedy that names controls is followed by the options that set them", () => {
  const message =
    "Training images: too few; got 6. Lower Batch size to 6 or less, or lower Hold-out.";
  expect(forTerminal(message)).toBe(
    `${message}\nHere: --set batchSize=VALUE (Batch size), --set holdOut=VALUE (Hold-out).`,
  );
  expect(forTerminal("--data: no folder. Name the folder.")).toBe(
    "--data: no folder. Name the folder.",
  );
});

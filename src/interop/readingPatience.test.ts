import { expect, test } from "vitest";
import { patienceMs, unansweredModel } from "./readingPatience.ts";

test("a small file has two seconds, and a large one more by its size", () => {
  expect(patienceMs(0)).toBe(2000);
  expect(patienceMs(90_000_000)).toBe(11_000);
  expect(unansweredModel("m.keras", patienceMs(90_000_000)).message).toContain(
    "m.keras: reading it takes too long or broke off, so the file is probably damaged; expected an answer within 11 s",
  );
});

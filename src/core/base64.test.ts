import fc from "fast-check";
import { expect, test } from "vitest";
import { base64Of, bytesOfBase64 } from "./base64.ts";

test("bytes of any length become the text that Node makes of them, and come back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const text = new TextDecoder().decode(base64Of(bytes));
      expect(text).toBe(Buffer.from(bytes).toString("base64"));
      expect(bytesOfBase64(text)).toEqual(new Uint8Array(bytes));
    }),
    { numRuns: 200 },
  );
});

test("other text is refused", () => {
  expect(() => bytesOfBase64("AA-A")).toThrow(RangeError);
});

import { describe, expect, test } from "vitest";
import { isForeign, pageFault } from "./pageFault.ts";

describe("what the page threw", () => {
  test("is a sentence with the stacks that are known, whatever was thrown", () => {
    const error = Object.assign(new Error("no canvas"), { stack: "Error: no canvas\n at draw" });
    expect(pageFault(error, "\n at Chart")).toEqual({
      message: "no canvas.",
      stack: "Error: no canvas\n at draw\n\n at Chart",
    });
    expect(pageFault("Stop!")).toEqual({ message: "Stop!", stack: "" });
    expect(pageFault(undefined).message).toBe("undefined.");
    expect(pageFault(new TypeError()).message).toBe("TypeError.");
  });

  test("is an extension's where its stack leads there, in any browser", () => {
    for (const scheme of ["chrome-extension", "moz-extension", "safari-web-extension"]) {
      const stack = `Error: x\n at ${scheme}://abc/content.js:1:1`;
      expect(isForeign(Object.assign(new Error("x"), { stack }))).toBe(true);
    }
    expect(isForeign(new Error("ours"))).toBe(false);
    expect(isForeign("a text")).toBe(false);
  });
});

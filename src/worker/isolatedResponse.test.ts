import { describe, expect, test } from "vitest";
import { isolatedResponse, needsIsolation } from "./isolatedResponse.ts";

const ORIGIN = "https://host.example";

describe("the headers of an isolated page", () => {
  test("come with pages and workers of this origin and with nothing else", () => {
    const needs = (destination: RequestDestination, url = `${ORIGIN}/folder/`) =>
      needsIsolation({ destination, url }, ORIGIN);
    expect([needs("document"), needs("worker"), needs("iframe")]).toEqual([true, true, true]);
    expect([needs(""), needs("script"), needs("image")]).toEqual([false, false, false]);
    expect(needs("document", "https://other.example/")).toBe(false);
  });

  test("are added to what the host sent, the rest of which stays", async () => {
    const response = isolatedResponse(
      new Response("words", { status: 404, statusText: "Not here", headers: { ETag: '"7"' } }),
    );
    expect([response.status, response.statusText]).toEqual([404, "Not here"]);
    expect([...response.headers]).toEqual([
      ["content-type", "text/plain;charset=UTF-8"],
      ["cross-origin-embedder-policy", "require-corp"],
      ["cross-origin-opener-policy", "same-origin"],
      ["etag", '"7"'],
    ]);
    expect(await response.text()).toBe("words");
  });

  test("an unchanged page without a body passes", () => {
    expect(isolatedResponse(new Response(null, { status: 304 })).status).toBe(304);
  });

  test("a failure stays a failure", () => {
    const failure = Response.error();
    expect(isolatedResponse(failure)).toBe(failure);
  });
});

import { describe, expect, test } from "vitest";
import { type IsolatablePage, isolatePage } from "./isolation.ts";

interface PageFacts {
  readonly isolated?: boolean;
  readonly register?: () => Promise<unknown>;
  readonly storage?: Map<string, string> | "refused";
}

function pageWith({ isolated = false, register, storage = new Map() }: PageFacts) {
  const done: string[] = [];
  const page: IsolatablePage = {
    crossOriginIsolated: isolated,
    navigator:
      register === undefined
        ? {}
        : {
            serviceWorker: {
              register: (script: string) => {
                done.push(`register ${script}`);
                return register();
              },
              ready: Promise.resolve(),
            },
          },
    location: { reload: () => void done.push("reload") },
    get sessionStorage() {
      if (storage === "refused") throw new Error("storage is switched off");
      return {
        getItem: (key: string) => storage.get(key) ?? null,
        setItem: (key: string, value: string) => void storage.set(key, value),
        removeItem: (key: string) => void storage.delete(key),
      };
    },
  };
  const open = (isBusy = false) =>
    isolatePage(page, { script: "isolation.js", isBusy: () => isBusy });
  return { open, done };
}

const works = async () => {};

describe("isolating the page", () => {
  test("does nothing where the host has done it", async () => {
    const { open, done } = pageWith({ isolated: true, register: works });
    await open();
    expect(done).toEqual([]);
  });

  test("adds the service worker and loads the page once more, never twice", async () => {
    const { open, done } = pageWith({ register: works });
    await open();
    expect(done).toEqual(["register isolation.js", "reload"]);
    await open();
    expect(done.filter((what) => what === "reload")).toHaveLength(1);
  });

  test("after it worked, a page loaded past its service worker comes back once more", async () => {
    const storage = new Map<string, string>();
    await pageWith({ register: works, storage }).open();
    await pageWith({ isolated: true, register: works, storage }).open();
    const { open, done } = pageWith({ register: works, storage });
    await open();
    expect(done).toContain("reload");
  });

  test("leaves a run alone: the next visit is isolated", async () => {
    const { open, done } = pageWith({ register: works });
    await open(true);
    expect(done).toEqual(["register isolation.js"]);
  });

  test.each<[string, PageFacts]>([
    ["without service workers", {}],
    ["where the script is missing", { register: () => Promise.reject(new Error("404")) }],
    ["where nothing can be remembered", { register: works, storage: "refused" }],
  ])("never loads again %s", async (_where, facts) => {
    const { open, done } = pageWith(facts);
    await open();
    expect(done).not.toContain("reload");
  });
});

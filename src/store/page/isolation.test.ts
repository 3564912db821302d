import { describe, expect, test } from "vitest";
import { type IsolatablePage, isolatePage } from "./isolation.ts";

interface PageFacts {
  readonly isolated?: boolean;
  readonly register?: () => Promise<unknown>;
  readonly storage?: Map<string, string> | "refused";
  /** What a person does while the service worker is being registered. */
  readonly touch?: string;
}

function pageWith({ isolated = false, register, storage = new Map(), touch }: PageFacts) {
  const done: string[] = [];
  const listeners = new Map<string, () => void>();
  const page: IsolatablePage = {
    crossOriginIsolated: isolated,
    navigator:
      register === undefined
        ? {}
        : {
            serviceWorker: {
              register: (script: string) => {
                done.push(`register ${script}`);
                if (touch !== undefined) listeners.get(touch)?.();
                return register();
              },
              ready: Promise.resolve(),
            },
          },
    addEventListener: (type, listener) => void listeners.set(type, listener),
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
  const open = () =>
    isolatePage(page, {
      script: "isolation.js",
      onOutcome: (isolation) => void done.push(isolation),
    });
  return { open, done };
}

const works = async () => {};

describe("isolating the page", () => {
  test("does nothing where the host has done it", async () => {
    const { open, done } = pageWith({ isolated: true, register: works });
    await open();
    expect(done).toEqual(["isolated"]);
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

  test.each(["pointerdown", "keydown", "click", "input", "wheel", "dragenter", "drop"])(
    "never loads a page again that had a %s: the next visit is isolated",
    async (touch) => {
      const { open, done } = pageWith({ register: works, touch });
      await open();
      expect(done).toEqual(["register isolation.js", "next-visit"]);
    },
  );

  test.each<[string, PageFacts]>([
    ["without service workers", {}],
    ["where the script is missing", { register: () => Promise.reject(new Error("404")) }],
    ["where nothing can be remembered", { register: works, storage: "refused" }],
  ])("never loads again %s", async (_where, facts) => {
    const { open, done } = pageWith(facts);
    await open();
    expect(done).not.toContain("reload");
    expect(done.at(-1)).toBe("none");
  });
});

/** Makes components of the page throw, one kind after the other, to simulate a bug in each of them. */
import type { Page } from "@playwright/test";

/** The part of React's internal data of a component that is read here. */
interface Fiber {
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly return: Fiber | null;
  readonly alternate: Fiber | null;
  readonly elementType: unknown;
  readonly stateNode: unknown;
  readonly memoizedState: unknown;
  memoizedProps: object | null;
  type: unknown;
}

export interface Planted {
  /** The number of component kinds that threw. */
  readonly numThrown: number;
  /** After which ones the page was in a wrong state, and what was wrong. */
  readonly broken: readonly string[];
}

declare global {
  interface Window {
    /** Kinds that have thrown before, so that each throws only once. */
    plantedKinds?: Set<unknown>;
  }
}

/**
 * Makes every kind of component on the page throw once at its next rendering. Each time the page must report it in an alert,
 * keep the buttons of its run or offer them again, and work completely after *Try again*.
 */
export async function plantErrors(page: Page): Promise<Planted> {
  return page.evaluate(async () => {
    window.plantedKinds ??= new Set();
    const seen = window.plantedKinds;
    const root = document.getElementById("root") ?? document.body;
    const key = Object.keys(root).find((name) => name.startsWith("__reactContainer")) ?? "";
    const container = Object.getOwnPropertyDescriptor(root, key)?.value;
    const wait = () => new Promise((resolve) => setTimeout(resolve, 20));
    const until = async (met: () => boolean) => {
      for (let turns = 0; turns < 150 && !met(); turns += 1) await wait();
      return met();
    };
    const alerts = () => [...document.querySelectorAll("[role=alert]")].filter(isBroken);
    const isBroken = (alert: Element) => /broke[.]/.test(alert.textContent);
    const named = (name: RegExp) =>
      [...document.querySelectorAll("button")].filter((button) => name.test(button.textContent));

    /** Returns a throwing version of a function component, a `forwardRef` or a `memo`. Classes and elements are left alone. */
    const throwing = (type: unknown): unknown => {
      const planted = (): never => {
        throw new Error("planted");
      };
      if (typeof type === "function")
        return type.prototype?.isReactComponent === undefined ? planted : undefined;
      if (typeof type === "object" && type !== null && "render" in type)
        return { ...type, render: planted };
      return undefined;
    };
    const fibers: Fiber[] = [];
    const visit = (fiber: Fiber | null): void => {
      for (let at = fiber; at !== null; at = at.sibling) {
        fibers.push(at);
        visit(at.child);
      }
    };
    /** Excludes the two or three components at the root that only wrap the page. */
    const standsInBoundary = (fiber: Fiber | null): boolean =>
      fiber !== null &&
      (Object(fiber.stateNode).componentDidCatch !== undefined || standsInBoundary(fiber.return));
    const next = (): Fiber | undefined => {
      fibers.length = 0;
      visit(container.stateNode.current);
      return fibers.find(
        (fiber) =>
          !seen.has(fiber.elementType) &&
          throwing(fiber.type) !== undefined &&
          standsInBoundary(fiber),
      );
    };
    /**
     * Forces a new rendering: everything from this component up to the root that reads the store or memoises its input sees a
     * change.
     */
    const renderAnew = (fiber: Fiber): void => {
      for (let at: Fiber | null = fiber; at !== null; at = at.return) {
        for (const version of [at, at.alternate])
          if (version && typeof version.memoizedProps === "object" && typeof at.type === "function")
            version.memoizedProps = { ...version.memoizedProps, planted: Symbol("another") };
        let hook: unknown = at.memoizedState;
        while (typeof hook === "object" && hook !== null && "next" in hook) {
          const queue: unknown = "queue" in hook ? hook.queue : null;
          if (typeof queue === "object" && queue !== null && "getSnapshot" in queue)
            Object.assign(queue, { value: Symbol("another") });
          hook = hook.next;
        }
      }
      window.dispatchEvent(new Event("online"));
    };

    const broken: string[] = [];
    let numThrown = 0;
    for (let fiber = next(); fiber !== undefined; fiber = next()) {
      const { type, elementType, alternate } = fiber;
      seen.add(elementType);
      const source = String(typeof type === "function" ? type : Object(type).render).slice(0, 160);
      for (const version of [fiber, alternate]) if (version) version.type = throwing(type);
      renderAnew(fiber);
      for (let turns = 0; turns < 5 && alerts().length === 0; turns += 1) await wait();
      if (alerts().length === 0) {
        // Nothing made it render, so the original type is restored.
        for (const version of [fiber, alternate]) if (version) version.type = type;
        continue;
      }
      numThrown += 1;
      const words = alerts()
        .map((alert) => alert.textContent)
        .join(" ");
      const keepsRun =
        named(/^(Train|Pause|Resume)$/).length > 0 ||
        !/playground/.test(
          document.querySelector("[role=tab][aria-selected=true]")?.id ?? "playground",
        );
      if (!keepsRun && !/The run/.test(words)) broken.push(`the run's buttons are gone: ${source}`);
      for (const button of named(/^Try again$/)) button.click();
      if (
        !(await until(() => alerts().length === 0 && document.querySelector(".masthead") !== null))
      )
        broken.push(`does not come back: ${source} (${words})`);
    }
    return { numThrown, broken };
  });
}

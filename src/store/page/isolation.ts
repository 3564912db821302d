/**
 * Isolates the page from other origins when its host does not. A service worker adds the headers, which take effect when the
 * page is loaded again. A page that a person has used is never reloaded automatically; it is isolated at the next visit. It
 * does nothing when the page is isolated already or cannot be. Training then uses one thread, and the page says so.
 */

/** Stored for the visit, so that a page that is still not isolated after a reload does not reload forever. */
const RELOADED_KEY = "xception-playground.isolation";

export interface IsolationOptions {
  /** The service worker's script in the page's folder. */
  readonly script: string;
  /** Called with the outcome, unless the page is being reloaded. */
  readonly onOutcome: (isolation: Isolation) => void;
}

/** With `next-visit`, the page is isolated as soon as it is loaded again. */
export type Isolation = "isolated" | "next-visit" | "none";

/**
 * Events that show that a person uses the page. Screen readers click without a pointer. Everything a person makes or waits for
 * begins with one of these.
 */
const TOUCHES = ["pointerdown", "keydown", "click", "input", "wheel", "dragenter", "drop"];

/** The part of `Window` that is used, so that a test can replace it. */
export interface IsolatablePage {
  readonly crossOriginIsolated: boolean;
  readonly location: { reload(): void };
  readonly navigator: {
    /** Missing on plain http and when the person has disabled it. */
    readonly serviceWorker?: {
      register(script: string): Promise<unknown>;
      readonly ready: Promise<unknown>;
    };
  };
  addEventListener(type: string, listener: () => void, options: AddEventListenerOptions): void;
  readonly sessionStorage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

export async function isolatePage(
  page: IsolatablePage,
  { script, onOutcome }: IsolationOptions,
): Promise<void> {
  if (page.crossOriginIsolated) {
    forgetReload(page);
    onOutcome("isolated");
    return;
  }
  const workers = page.navigator.serviceWorker;
  if (workers === undefined) return onOutcome("none");
  const isTouched = watchTouches(page);
  try {
    await workers.register(script);
    await workers.ready;
  } catch {
    // The host lacks the script or the browser refuses it. The engine reports the consequences.
    return onOutcome("none");
  }
  if (isTouched()) onOutcome("next-visit");
  else if (rememberReload(page)) page.location.reload();
  else onOutcome("none");
}

function watchTouches(page: IsolatablePage): () => boolean {
  let isTouched = false;
  const touch = () => {
    isTouched = true;
  };
  const options = { capture: true, once: true, passive: true };
  for (const type of TOUCHES) page.addEventListener(type, touch, options);
  return () => isTouched;
}

/** @returns false when the page was reloaded before, or when nothing can be stored. */
function rememberReload(page: IsolatablePage): boolean {
  try {
    const { sessionStorage } = page;
    if (sessionStorage.getItem(RELOADED_KEY) !== null) return false;
    sessionStorage.setItem(RELOADED_KEY, "reloaded");
    return true;
  } catch {
    return false;
  }
}

/** Allows one more automatic reload later, for example after the person bypassed the service worker with shift and reload. */
function forgetReload(page: IsolatablePage): void {
  try {
    page.sessionStorage.removeItem(RELOADED_KEY);
  } catch {
    // Without storage there is nothing to delete.
  }
}

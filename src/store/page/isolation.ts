/**
 * Isolates the page from other origins where its host does not: a service worker adds the headers, which takes
 * effect when the page loads once more. A page that somebody has touched never loads by itself: it is isolated with the
 * next visit. Does nothing where the page is isolated already or cannot be: training then takes one thread and says so.
 */

/** Kept for the visit: a page that stays as it was after loading again must not load for ever. */
const RELOADED_KEY = "xception-playground.isolation";

export interface IsolationOptions {
  /** The service worker's script, beside the page. */
  readonly script: string;
  /** Told what came of it; not before the page loads once more. */
  readonly onOutcome: (isolation: Isolation) => void;
}

/** With `next-visit`, the page is isolated as soon as it is loaded again. */
export type Isolation = "isolated" | "next-visit" | "none";

/** What a person does to a page; screen readers click without a pointer. Anything they made or wait for began so. */
const TOUCHES = ["pointerdown", "keydown", "click", "input", "wheel", "dragenter", "drop"];

/** The part of `Window` that is used; a test can stand in for it. */
export interface IsolatablePage {
  readonly crossOriginIsolated: boolean;
  readonly location: { reload(): void };
  readonly navigator: {
    /** Missing on plain http and where the person forbids it. */
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
    // The host lacks the script or the browser refuses it; the engine tells what follows.
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

/** @returns false where the page was loaded again before, or where nothing can be remembered. */
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

/** A page loaded past its service worker (shift and reload) may come back by itself once more. */
function forgetReload(page: IsolatablePage): void {
  try {
    page.sessionStorage.removeItem(RELOADED_KEY);
  } catch {
    // Without storage nothing was remembered.
  }
}

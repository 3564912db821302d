/**
 * A lock that all tabs of this address share, so that only one tab trains at a time. It is released when its tab closes. When
 * the browser has no locks (plain http), every tab has its own.
 */

const NAME = "xception-playground.training";

/** The part of `navigator.locks` that is used, so that a test can replace it. */
export interface Locks {
  request(
    name: string,
    options: { ifAvailable?: boolean; steal?: boolean; signal?: AbortSignal },
    use: (lock: unknown) => Promise<void> | undefined,
  ): Promise<unknown>;
}

export interface TabLock {
  readonly isHeld: boolean;
  /** Whether it was requested and another tab holds it. */
  readonly isElsewhere: boolean;
  /** Requests the lock, and waits when another tab holds it. */
  acquire(): void;
  /** Takes the lock, from the tab that holds it if there is one; that tab is notified. */
  steal(): void;
  /** Releases the lock, or stops waiting for it. */
  release(): void;
}

export interface TabLockEvents {
  readonly onChange: () => void;
  /** Called when another tab took the lock. */
  readonly onStolen: () => void;
}

type State = "free" | "asked" | "elsewhere" | "held";

export function createTabLock(
  locks: Locks | undefined,
  { onChange, onStolen }: TabLockEvents,
): TabLock {
  let state: State = "free";
  /** Ends the holding or the waiting. Each request has its own, so that a late answer to an old request changes nothing. */
  let end = () => {};

  function change(next: State): void {
    state = next;
    onChange();
  }

  function holdUntilReleased(isCurrent: () => boolean): Promise<void> | undefined {
    if (!isCurrent()) return undefined;
    return new Promise((resolve) => {
      end = resolve;
      change("held");
    });
  }

  /** @param ifFree gives up at once when another tab holds the lock, and then waits for it. */
  async function request(manager: Locks, how: "ifFree" | "wait" | "steal"): Promise<void> {
    const aborting = new AbortController();
    let ended = false;
    const giveUp = () => {
      ended = true;
      aborting.abort();
    };
    end = giveUp;
    const isCurrent = () => !ended && end === giveUp;
    let got = false;
    const options = {
      ifFree: { ifAvailable: true },
      wait: { signal: aborting.signal },
      steal: { steal: true },
    }[how];
    try {
      await manager.request(NAME, options, (lock) => {
        got = lock !== null;
        return got ? holdUntilReleased(isCurrent) : undefined;
      });
      if (got || !isCurrent()) return;
      void request(manager, "wait");
      change("elsewhere");
    } catch {
      if (got && state === "held") {
        change("free");
        onStolen();
      } else if (isCurrent()) {
        // The browser refuses locks to this page, so the page counts as the only one.
        end = () => {};
        change("held");
      }
    }
  }

  return {
    get isHeld() {
      return state === "held";
    },
    get isElsewhere() {
      return state === "elsewhere";
    },
    acquire() {
      if (state !== "free") return;
      if (locks === undefined) {
        change("held");
        return;
      }
      state = "asked";
      void request(locks, "ifFree");
    },
    steal() {
      if (state !== "elsewhere" && state !== "free") return;
      if (locks === undefined) {
        change("held");
        return;
      }
      end();
      state = "asked";
      void request(locks, "steal");
    },
    release() {
      if (state === "free") return;
      state = "free";
      end();
    },
  };
}

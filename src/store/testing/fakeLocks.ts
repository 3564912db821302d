/** The locks that all tabs of a browser share, for tests: exclusive ones, with stealing and waiting. */

interface Held {
  readonly reject: (error: Error) => void;
}

export function createFakeLocks(): LockManager {
  const held = new Map<string, Held>();
  const waiting = new Map<string, (() => void)[]>();

  async function request<T>(
    name: string,
    how: LockOptions | LockGrantedCallback<T>,
    given?: LockGrantedCallback<T>,
  ): Promise<Awaited<T>> {
    const options = typeof how === "function" ? {} : how;
    const use = typeof how === "function" ? how : given;
    if (use === undefined) throw new TypeError("a lock needs a callback");
    if (options.steal) held.get(name)?.reject(new DOMException("stolen", "AbortError"));
    else
      while (held.has(name)) {
        if (options.ifAvailable) return await use(null);
        await new Promise<void>((resolve, reject) => {
          options.signal?.addEventListener("abort", () => {
            // Otherwise a release would wake a request that has ended, and not the next one.
            waiting.set(
              name,
              (waiting.get(name) ?? []).filter((one) => one !== resolve),
            );
            reject(options.signal?.reason);
          });
          waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
        });
      }
    return new Promise<Awaited<T>>((resolve, reject) => {
      const own: Held = { reject };
      held.set(name, own);
      Promise.resolve(use({ name, mode: "exclusive" })).then((result) => {
        if (held.get(name) === own) held.delete(name);
        const [next, ...others] = waiting.get(name) ?? [];
        waiting.set(name, others);
        next?.();
        resolve(result);
      }, reject);
    });
  }

  return {
    request,
    query: async () => ({ held: [...held.keys()].map((name) => ({ name })), pending: [] }),
  };
}

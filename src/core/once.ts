/** Loads something when it is first needed. All callers share one promise, and a loaded value can be read without waiting. */

export interface Once<T> {
  /** Loads, or returns the promise of the load that was begun. After a failure the next call loads again. */
  (): Promise<T>;
  /** Returns the value; `undefined` until it has arrived. */
  there(): T | undefined;
}

export function once<T>(load: () => Promise<T>): Once<T> {
  let loading: Promise<T> | undefined;
  let value: T | undefined;

  async function loadNow(): Promise<T> {
    try {
      value = await load();
      return value;
    } catch (error) {
      loading = undefined;
      throw error;
    }
  }

  function begin(): Promise<T> {
    loading ??= loadNow();
    return loading;
  }

  return Object.assign(begin, { there: () => value });
}

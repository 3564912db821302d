/**
 * Waits for what loads without React's Suspense, which holds back everything that arrives within 300 ms after it has shown a
 * message in its place.
 */
import { type ReactNode, useEffect, useState } from "react";
import type { Once } from "../../core/once.ts";

/** Shows what needs a value that loads, and a message until it is there. Its boundary receives the error of a failed load. */
export function WhenLoaded<T>(props: {
  readonly title: string;
  readonly load: Once<T>;
  readonly children: (value: T) => ReactNode;
}) {
  const { title, load, children } = props;
  const value = useLoaded(load);
  return value === undefined ? <LoadingWords title={title} /> : children(value);
}

export function LoadingWords({ title }: { readonly title: string }) {
  return <p className="tab-words">Loading {title} ...</p>;
}

/** Begins to load, and returns the value once it is there. The component's boundary receives the error of a failed load. */
export function useLoaded<T>(load: Once<T>): T | undefined {
  const [outcome, setOutcome] = useState<{ readonly error?: unknown }>({});
  useEffect(() => {
    if (load.there() === undefined)
      load().then(
        () => setOutcome({}),
        (error: unknown) => setOutcome({ error }),
      );
  }, [load]);
  if ("error" in outcome) throw outcome.error;
  return load.there();
}

/** A control that the link to the page may lock: its element is disabled, and a lock stands beside its name. */
import type { ReactNode } from "react";
import { lazyPlace } from "./lazyPart.tsx";

/** It loads only with a link that locks something. */
export const LockMark = lazyPlace(
  "The lock",
  async () => (await import("../panels/share/LockedMark.tsx")).LockedMark,
  null,
);

/** Disables all controls in it. What is locked stays so without this: `withinLocks` keeps its value. */
export function Lockable(props: { readonly locked: boolean; readonly children: ReactNode }) {
  const { locked, children } = props;
  if (!locked) return children;
  return (
    <fieldset disabled className="lockable">
      {children}
    </fieldset>
  );
}

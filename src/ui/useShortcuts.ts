/** Single-key shortcuts for the most frequent actions. They can be switched off, and never take a key from a control. */
import { useEffect } from "react";
import { DEFAULT_TAB } from "../store/page/viewState.ts";
import { nextPress } from "../store/run/runState.ts";
import { blockedReason } from "../store/store.ts";
import { useActions, usePlayground } from "./PlaygroundContext.tsx";

export const SHORTCUTS: readonly { readonly key: string; readonly action: string }[] = [
  { key: "T", action: "Train, pause or resume" },
  { key: "S", action: "One step" },
  { key: "?", action: "This help" },
  { key: "Ctrl+Z", action: "Undo a change of the settings" },
  { key: "Ctrl+Shift+Z", action: "Redo it" },
];

/** Controls in which letters are typed or have a meaning. */
const CONTROLS =
  "input, textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=dialog], [role=slider]";

/** Fields with an undo of their own. */
const TEXT_FIELDS = "input:not([type=range]), textarea, [contenteditable], [role=dialog]";

export function useShortcuts(): void {
  const actions = useActions();
  useUndoKeys();
  const enabled = usePlayground((state) => state.view.shortcuts);
  const here = usePlayground((state) => state.view.tab === DEFAULT_TAB);
  const primary = usePlayground((state) => {
    const press = nextPress(state.run, state.machine.waiting === "run");
    if (press !== "start") return press;
    return blockedReason(state) === null ? "train" : null;
  });

  useEffect(() => {
    if (!enabled) return;
    function press(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented)
        return;
      if (event.target instanceof Element && event.target.closest(CONTROLS)) return;
      if (event.key === "?") actions.setView({ helpIsOpen: true });
      // A key must not start something that is not visible.
      if (!here) return;
      switch (event.key) {
        case "t":
        case "T":
          if (primary !== null) actions[primary]();
          return;
        case "s":
        case "S":
          actions.step();
      }
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [actions, enabled, here, primary]);
}

/** These keys stay on when single keys are switched off. */
function useUndoKeys(): void {
  const actions = useActions();
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
      if (key.toLowerCase() !== "z" || altKey || ctrlKey === metaKey) return;
      if (target instanceof Element && target.closest(TEXT_FIELDS)) return;
      event.preventDefault();
      actions[shiftKey ? "redo" : "undo"]();
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [actions]);
}

/** A button that works while it is held, by a mouse, a finger, a pen, the space bar or Enter. */
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useEffect, useRef } from "react";

/** @param work runs from the press on, and should end when `isHeld` returns false. A click by assistive technology holds for no time. */
export function useHold(work: (isHeld: () => boolean) => Promise<void>) {
  const presses = useRef(0);
  const isPressed = useRef(false);
  const release = () => {
    isPressed.current = false;
  };
  useEffect(
    () => () => {
      isPressed.current = false;
    },
    [],
  );
  function press(): void {
    if (isPressed.current) return;
    isPressed.current = true;
    presses.current += 1;
    const own = presses.current;
    void work(() => isPressed.current && presses.current === own);
  }
  const holdsKey = ({ key }: KeyboardEvent) => key === " " || key === "Enter";
  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0) return;
      // The button keeps the pointer when the finger slips off it.
      event.currentTarget.setPointerCapture(event.pointerId);
      press();
    },
    onPointerUp: release,
    onPointerCancel: release,
    onLostPointerCapture: release,
    onKeyDown(event: KeyboardEvent) {
      if (!holdsKey(event)) return;
      event.preventDefault();
      if (!event.repeat) press();
    },
    onKeyUp(event: KeyboardEvent) {
      if (!holdsKey(event)) return;
      // Firefox would click at the end of a held space bar.
      event.preventDefault();
      release();
    },
    onBlur: release,
    onClick({ detail }: MouseEvent) {
      // Assistive technology clicks without a pointer or a key, and so holds nothing.
      if (detail === 0) void work(() => false);
    },
  };
}

/**
 * A button that opens a popover by pointer, touch and keyboard. The popover itself loads when the pointer or the focus first
 * reaches such a button, because it is a large part of the page's script, and only the one that is open exists.
 */
import { type ComponentProps, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useLoadFailure } from "./lazyPart.tsx";
import type { PopoverPopup, PopoverWords } from "./PopoverPopup.tsx";

/** How long the pointer must rest on the button, and how long it may be away from it on its way to the popover. */
const OPEN_DELAY_MS = 250;
const CLOSE_DELAY_MS = 150;

let Loaded: typeof PopoverPopup | undefined;

/** Loads popovers before they are needed. A failure is reported when one is opened. */
export function preparePopovers(): void {
  loadPopover().catch(() => {});
}

async function loadPopover(): Promise<void> {
  Loaded ??= (await import("./PopoverPopup.tsx")).PopoverPopup;
}

interface PopoverButtonProps extends PopoverWords {
  readonly placement: "beside" | "below";
  readonly button: Pick<ComponentProps<"button">, "className" | "aria-label" | "aria-describedby">;
  readonly children: ReactNode;
}

/** `hover`: it closes when the pointer leaves. */
type OpenedBy = "hover" | "press";

export function PopoverButton({ button, children, ...words }: PopoverButtonProps) {
  const element = useRef<HTMLButtonElement>(null);
  const id = useId();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** Stays while the popover fades out. */
  const [by, setBy] = useState<OpenedBy | null>(null);
  const [isOpen, setOpen] = useState(false);
  const tellFailure = useLoadFailure();
  useEffect(() => () => clearTimeout(timer.current), []);

  const open = (how: OpenedBy) => {
    loadPopover().then(
      () => {
        setBy(how);
        setOpen(true);
      },
      (error: unknown) => {
        if (how === "press") tellFailure(`The explanation of ${words.heading}`, error);
      },
    );
  };
  const close = () => setOpen(false);
  const after = (delayMs: number, act: () => void) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(act, delayMs);
  };
  const leave = () => {
    if (by === "press" && isOpen) return;
    after(CLOSE_DELAY_MS, close);
  };

  return (
    <>
      <button
        {...button}
        ref={element}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onFocus={preparePopovers}
        onPointerEnter={({ pointerType }) => {
          preparePopovers();
          if (pointerType === "mouse" && !isOpen) after(OPEN_DELAY_MS, () => open("hover"));
        }}
        onPointerLeave={leave}
        onClick={() => {
          clearTimeout(timer.current);
          if (isOpen && by === "press") close();
          else open("press");
        }}
      >
        {children}
      </button>
      {by !== null && Loaded !== undefined && (
        <Loaded
          {...words}
          id={id}
          anchor={element}
          isOpen={isOpen}
          takesFocus={by === "press"}
          onClose={close}
          onClosed={() => setBy(null)}
          onPointerEnter={() => clearTimeout(timer.current)}
          onPointerLeave={leave}
        />
      )}
    </>
  );
}

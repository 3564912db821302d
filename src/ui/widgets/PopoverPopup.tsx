/** The popover of a `PopoverButton`, which loads this file and decides when it is open. */
import { Popover } from "@base-ui/react/popover";
import type { ReactNode, RefObject } from "react";

export interface PopoverWords {
  readonly heading: string;
  readonly text: string;
  /** Shown below the text. */
  readonly details?: ReactNode;
}

interface PopoverPopupProps extends PopoverWords {
  readonly id: string;
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly placement: "beside" | "below";
  readonly isOpen: boolean;
  /** Whether the focus moves into it and back. */
  readonly takesFocus: boolean;
  readonly onClose: () => void;
  /** Called when it has faded out. */
  readonly onClosed: () => void;
  readonly onPointerEnter: () => void;
  readonly onPointerLeave: () => void;
}

export function PopoverPopup(props: PopoverPopupProps) {
  const { id, anchor, placement, isOpen, takesFocus, onClose, onClosed, ...words } = props;
  const { heading, text, details, onPointerEnter, onPointerLeave } = words;
  return (
    <Popover.Root
      open={isOpen}
      onOpenChange={(_, { reason, event: { target } }) => {
        const isOnButton = target instanceof Node && anchor.current?.contains(target) === true;
        // A press of the button is not outside: it decides itself.
        if (reason !== "outside-press" || !isOnButton) onClose();
      }}
      onOpenChangeComplete={(isShown) => {
        if (!isShown) onClosed();
      }}
    >
      <Popover.Portal>
        <Popover.Positioner
          anchor={anchor}
          sideOffset={6}
          side={placement === "beside" ? "right" : "bottom"}
          align={placement === "beside" ? "start" : "end"}
          collisionPadding={10}
          className="floating"
        >
          <Popover.Popup
            id={id}
            className="popup explanation"
            initialFocus={takesFocus}
            finalFocus={takesFocus ? anchor : false}
            onPointerEnter={onPointerEnter}
            onPointerLeave={onPointerLeave}
          >
            <Popover.Title className="popup-title">{heading}</Popover.Title>
            <Popover.Description className="popup-text">{text}</Popover.Description>
            {details}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/**
 * The small question mark beside a name. Its explanation opens by pointer, touch and keyboard. One popup serves all of them,
 * because forty closed popups would be forty components.
 */
import { Popover } from "@base-ui/react/popover";
import { CircleHelp } from "lucide-react";

interface Explanation {
  readonly subject: string;
  readonly text: string;
}

const explanations = Popover.createHandle<Explanation>();

/**
 * @param labelId the element with the subject's name. It describes the button and does not name it, because tests that look for
 *   the button "Train" or "Step" would find "Training images" or "Steps".
 */
export function HelpButton({ subject, text, labelId }: Explanation & { readonly labelId: string }) {
  return (
    <Popover.Trigger
      handle={explanations}
      payload={{ subject, text }}
      openOnHover
      delay={250}
      className="help-button"
      aria-label="Explain"
      aria-describedby={labelId}
    >
      <CircleHelp size={14} aria-hidden />
    </Popover.Trigger>
  );
}

/** Exists once in the page and shows the requested explanation. */
export function ExplanationPopup() {
  return (
    <Popover.Root handle={explanations}>
      {({ payload }) => (
        <Popover.Portal>
          <Popover.Positioner
            sideOffset={6}
            side="right"
            align="start"
            collisionPadding={10}
            className="floating"
          >
            <Popover.Popup className="popup explanation">
              <Popover.Title className="popup-title">{payload?.subject}</Popover.Title>
              <Popover.Description className="popup-text">{payload?.text}</Popover.Description>
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      )}
    </Popover.Root>
  );
}

/**
 * The small question mark beside a name: its explanation opens by pointer, touch and keyboard. One popup serves
 * all of them, since forty closed popups would be forty components to keep.
 */
import { Popover } from "@base-ui/react/popover";
import { CircleHelp } from "lucide-react";

interface Explanation {
  readonly subject: string;
  readonly text: string;
}

const explanations = Popover.createHandle<Explanation>();

/**
 * @param labelId the element with the subject's name. It describes the button and does not name it: "Training
 * images" or "Steps" in a button's name would be found where "Train" or "Step" is looked for.
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

/** Stands once in the page and shows the explanation that was asked for. */
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

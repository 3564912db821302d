/** The small question mark beside a name. */
import { CircleHelp } from "lucide-react";
import { PopoverButton } from "./PopoverButton.tsx";

interface HelpButtonProps {
  readonly subject: string;
  readonly text: string;
  /**
   * The element with the subject's name. It describes the button and does not name it, because tests that look for the button
   * "Train" or "Step" would find "Training images" or "Steps".
   */
  readonly labelId: string;
}

export function HelpButton({ subject, text, labelId }: HelpButtonProps) {
  return (
    <PopoverButton
      heading={subject}
      text={text}
      placement="beside"
      button={{
        className: "help-button",
        "aria-label": "Explain",
        "aria-describedby": labelId,
      }}
    >
      <CircleHelp size={14} aria-hidden />
    </PopoverButton>
  );
}

/** One line of the page's notices: words, what can be done about them, and in some a button that dismisses it. */
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../widgets/Button.tsx";

export type NoticeTone = "plain" | "warning" | "danger";

export function Notice(props: {
  readonly tone: NoticeTone;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  readonly onClose?: () => void;
}) {
  const { tone, children, actions, onClose } = props;
  return (
    <div className={`notice notice-${tone}`}>
      <div className="notice-words">{children}</div>
      {actions}
      {onClose && (
        <Button look="icon" aria-label="Dismiss" onClick={onClose}>
          <X size={16} aria-hidden />
        </Button>
      )}
    </div>
  );
}

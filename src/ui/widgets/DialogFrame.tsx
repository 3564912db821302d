/** A dialog over the page: its heading, its close button, and its contents. */
import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { PanelBoundary } from "./PanelBoundary.tsx";

export interface DialogFrameProps {
  /** Also the accessible name. */
  readonly title: string;
  /** A text below the heading, announced together with it. */
  readonly words?: ReactNode;
  readonly className?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function DialogFrame({ title, words, className, onClose, children }: DialogFrameProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={`dialog ${className ?? ""}`}>
          <div className="dialog-head">
            <Dialog.Title className="dialog-title">{title}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label="Close">
              <X size={18} aria-hidden />
            </Dialog.Close>
          </div>
          {words !== undefined && (
            <Dialog.Description className="dialog-text" render={<div />}>
              {words}
            </Dialog.Description>
          )}
          <PanelBoundary title={title}>{children}</PanelBoundary>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** A dialog whose code loads when it is opened first. Where it does not load, a message says so and the page goes on. */
import { type ComponentType, type ReactNode, useState } from "react";
import { PanelBoundary } from "./PanelBoundary.tsx";
import { useToast } from "./Toasts.tsx";

export interface LoadedDialogProps {
  readonly onClose: () => void;
}

/** @param title of the dialog, for the message. */
export function useLoadedDialog(
  title: string,
  load: () => Promise<ComponentType<LoadedDialogProps>>,
): { readonly open: () => void; readonly dialog: ReactNode } {
  const [Dialog, setDialog] = useState<ComponentType<LoadedDialogProps> | null>(null);
  const showToast = useToast();
  return {
    open: () =>
      void load().then(
        (Loaded) => setDialog(() => Loaded),
        () =>
          showToast({
            title: `${title} could not be loaded`,
            text: "Check the connection and press again.",
          }),
      ),
    dialog: Dialog && (
      <PanelBoundary title={title} onClose={() => setDialog(null)}>
        <Dialog onClose={() => setDialog(null)} />
      </PanelBoundary>
    ),
  };
}

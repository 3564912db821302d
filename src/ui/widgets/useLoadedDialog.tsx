/** A dialog whose code loads when it is first opened. When it does not load, a message says so and the page continues. */
import { type ComponentType, type ReactNode, useState } from "react";
import { useLoadFailure } from "./lazyPart.tsx";
import { PanelBoundary } from "./PanelBoundary.tsx";

export interface LoadedDialogProps {
  readonly onClose: () => void;
}

/** @param title of the dialog, for the message. */
export function useLoadedDialog(
  title: string,
  load: () => Promise<ComponentType<LoadedDialogProps>>,
): { readonly open: () => void; readonly dialog: ReactNode } {
  const [Dialog, setDialog] = useState<ComponentType<LoadedDialogProps> | null>(null);
  const tellFailure = useLoadFailure();
  return {
    open: () =>
      void load().then(
        (Loaded) => setDialog(() => Loaded),
        (error: unknown) => tellFailure(title, error),
      ),
    dialog: Dialog && (
      <PanelBoundary title={title} onClose={() => setDialog(null)}>
        <Dialog onClose={() => setDialog(null)} />
      </PanelBoundary>
    ),
  };
}

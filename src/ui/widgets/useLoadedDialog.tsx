/** A dialog whose code loads when it is first opened. When it does not load, a message says so and the page continues. */
import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import type { DialogId } from "../../store/page/viewState.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { useLoadFailure } from "./lazyPart.tsx";
import { PanelBoundary } from "./PanelBoundary.tsx";

export interface LoadedDialogProps {
  readonly onClose: () => void;
}

/**
 * @param title of the dialog, for the message.
 * @param id by which a link can open it.
 */
export function useLoadedDialog(
  title: string,
  load: () => Promise<ComponentType<LoadedDialogProps>>,
  id?: DialogId,
): { readonly open: () => void; readonly dialog: ReactNode } {
  const [Dialog, setDialog] = useState<ComponentType<LoadedDialogProps> | null>(null);
  const tellFailure = useLoadFailure();
  const actions = useActions();
  const isAsked = usePlayground(({ view }) => view.askedDialog === id);
  const open = () =>
    void load().then(
      (Loaded) => setDialog(() => Loaded),
      (error: unknown) => tellFailure(title, error),
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: it opens once for each time that it is asked for
  useEffect(() => {
    if (!isAsked) return;
    actions.setView({ askedDialog: null });
    open();
  }, [isAsked]);
  return {
    open,
    dialog: Dialog && (
      <PanelBoundary title={title} onClose={() => setDialog(null)}>
        <Dialog onClose={() => setDialog(null)} />
      </PanelBoundary>
    ),
  };
}

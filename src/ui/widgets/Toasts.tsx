/**
 * Short confirmations in the corner. They do not use the component library's toasts: one live region with a single line is
 * enough, and those would be a thirtieth of the page's script.
 */
import { createContext, type ReactNode, use, useCallback, useEffect, useState } from "react";

export interface ToastMessage {
  readonly title: string;
  readonly text: string;
  /** How long it stays. */
  readonly durationMs?: number;
}

const DURATION_MS = 4000;
const Context = createContext<(message: ToastMessage) => void>(() => {});

/** Returns a function that shows a message and replaces the previous one. */
export function useToast(): (message: ToastMessage) => void {
  return use(Context);
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [message, setMessage] = useState<ToastMessage | null>(null);
  // Each message is a new object, so that the same text shown twice counts as two messages.
  const show = useCallback((shown: ToastMessage) => setMessage({ ...shown }), []);
  useEffect(() => {
    if (message === null) return;
    const timer = setTimeout(() => setMessage(null), message.durationMs ?? DURATION_MS);
    return () => clearTimeout(timer);
  }, [message]);
  return (
    <Context value={show}>
      {children}
      <div className="toasts" aria-live="polite">
        {message !== null && (
          <div className="toast">
            <p className="toast-title">{message.title}</p>
            <p className="toast-text">{message.text}</p>
          </div>
        )}
      </div>
    </Context>
  );
}

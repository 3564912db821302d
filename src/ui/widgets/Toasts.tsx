/**
 * Short confirmations in the corner. A message of its own instead of the component library's toasts: all that
 * is needed is a live region with one line that goes away, and those would be a thirtieth of the page's script.
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

/** Shows a message, in place of the one before. */
export function useToast(): (message: ToastMessage) => void {
  return use(Context);
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [message, setMessage] = useState<ToastMessage | null>(null);
  // A new object each time: the same words twice are two messages.
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

/**
 * Keeps an exception in the place where it was thrown: the rest of the page and a run go on, the place says what
 * happened and can be tried again. Every panel, tab, card and dialog stands in one. Parts whose code does not load are
 * somebody else's.
 */
import { Component, type ErrorInfo, type ReactNode } from "react";
import { type PageFault, pageFault } from "../../store/page/pageFault.ts";
import { CopyDetails } from "./CopyDetails.tsx";

export interface PanelBoundaryProps {
  /** The place, as the words name it. */
  readonly title: string;
  /** Of what lies over the page: closes it, and the words stand in the corner. */
  readonly onClose?: () => void;
  /** Shown below the words, in place of what broke. */
  readonly meanwhile?: ReactNode;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly fault: PageFault | null;
}

const WHOLE: BoundaryState = { fault: null };

/** React knows errors of rendering only in a class. */
export class PanelBoundary extends Component<PanelBoundaryProps, BoundaryState> {
  override state = WHOLE;

  static getDerivedStateFromError(thrown: unknown): BoundaryState {
    return { fault: pageFault(thrown) };
  }

  override componentDidCatch(thrown: unknown, { componentStack }: ErrorInfo): void {
    this.setState({ fault: pageFault(thrown, componentStack) });
  }

  override render() {
    const { title, onClose, meanwhile, children } = this.props;
    const { fault } = this.state;
    if (fault === null) return children;
    return (
      <>
        <div
          className={`notice notice-danger broken ${onClose ? "broken-dialog" : ""}`}
          role="alert"
        >
          <div className="notice-words">
            <b>{title} broke.</b> {fault.message} The rest of the page and a training go on.
          </div>
          <span className="notice-actions">
            <button
              type="button"
              className="button button-small"
              onClick={() => this.setState(WHOLE)}
            >
              Try again
            </button>
            <CopyDetails fault={fault} where={title} />
            {onClose && (
              <button type="button" className="button button-small" onClick={onClose}>
                Close
              </button>
            )}
          </span>
        </div>
        {meanwhile}
      </>
    );
  }
}

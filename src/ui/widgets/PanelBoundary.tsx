/**
 * Contains an exception in the part of the page where it was thrown. The rest of the page and a run continue, and the part
 * shows the error and a button to retry. Every panel, tab, card and dialog is inside one. Code that cannot be loaded is handled
 * by `lazyPart.tsx`.
 */
import { Component, type ErrorInfo, type ReactNode } from "react";
import { type PageFault, pageFault } from "../../store/page/pageFault.ts";
import { Button } from "./Button.tsx";
import { CopyDetails } from "./CopyDetails.tsx";

export interface PanelBoundaryProps {
  /** The name of the part in the message. */
  readonly title: string;
  /** For a dialog: closes it, and the message appears in the corner. */
  readonly onClose?: () => void;
  /** Shown below the message instead of the broken part. */
  readonly meanwhile?: ReactNode;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly fault: PageFault | null;
}

const WHOLE: BoundaryState = { fault: null };

/** React reports rendering errors only to class components. */
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
            <Button look="small" onClick={() => this.setState(WHOLE)}>
              Try again
            </Button>
            <CopyDetails fault={fault} where={title} />
            {onClose && (
              <Button look="small" onClick={onClose}>
                Close
              </Button>
            )}
          </span>
        </div>
        {meanwhile}
      </>
    );
  }
}

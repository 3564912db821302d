/** A part of the page whose code loads when it is shown first: words for the moment in between, and for a failure. */
import { Component, type ReactNode, Suspense } from "react";

export interface LoadOnDemandProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function LoadOnDemand({ title, children }: LoadOnDemandProps) {
  return (
    <LoadFailure title={title}>
      <Suspense fallback={<p className="tab-words">Loading {title} ...</p>}>{children}</Suspense>
    </LoadFailure>
  );
}

interface FailureState {
  readonly failed: boolean;
}

/** React knows errors of rendering only in a class. */
class LoadFailure extends Component<LoadOnDemandProps, FailureState> {
  override state: FailureState = { failed: false };

  static getDerivedStateFromError(): FailureState {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <p className="tab-words" role="alert">
        {this.props.title} could not be loaded. A training goes on; reload the page when it has
        ended and the connection is back.
      </p>
    );
  }
}

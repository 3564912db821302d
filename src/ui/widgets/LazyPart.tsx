/** The place of a part that loads when it is needed: words while it loads, and words where it cannot be had. */
import { Component, type ReactNode, Suspense } from "react";

export interface LazyPartProps {
  /** What loads, as the words name it. */
  readonly title: string;
  readonly children: ReactNode;
}

export function LazyPart({ title, children }: LazyPartProps) {
  return (
    <LoadFailure title={title}>
      <Suspense fallback={<p className="tab-words">Loading {title} ...</p>}>{children}</Suspense>
    </LoadFailure>
  );
}

/** As `LazyPart`, for what lies over the page: nothing moves while it loads. */
export function LazyDialog({ title, children }: LazyPartProps) {
  return (
    <LoadFailure title={title}>
      <Suspense fallback={null}>{children}</Suspense>
    </LoadFailure>
  );
}

interface FailureState {
  readonly failed: boolean;
}

/** React knows errors of rendering only in a class. */
class LoadFailure extends Component<LazyPartProps, FailureState> {
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

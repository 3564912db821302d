/** The place of a part that loads when it is needed: words while it loads, and words where it cannot be had. */
import { Component, type ReactNode, Suspense } from "react";

export interface LazyPartProps {
  /** What loads, as the words name it. */
  readonly title: string;
  /** Shown in its place while it loads; words if not given. */
  readonly meanwhile?: ReactNode;
  readonly children: ReactNode;
}

export function LazyPart({ title, meanwhile, children }: LazyPartProps) {
  const place =
    meanwhile === undefined ? <p className="tab-words">Loading {title} ...</p> : meanwhile;
  return (
    <LoadFailure title={title}>
      <Suspense fallback={place}>{children}</Suspense>
    </LoadFailure>
  );
}

/** As `LazyPart`, for what lies over the page: nothing moves while it loads. */
export function LazyDialog(props: Omit<LazyPartProps, "meanwhile">) {
  return <LazyPart {...props} meanwhile={null} />;
}

interface FailureState {
  readonly error: unknown;
}

/** In the words of Chromium, Firefox and Safari. What a part throws that did load belongs to the boundary around it. */
const NOT_LOADED = /dynamically imported module|module script failed/i;

/** React knows errors of rendering only in a class. */
class LoadFailure extends Component<LazyPartProps, FailureState> {
  override state: FailureState = { error: undefined };

  static getDerivedStateFromError(error: unknown): FailureState {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (!(error instanceof Error && NOT_LOADED.test(error.message))) throw error;
    return (
      <p className="tab-words" role="alert">
        {this.props.title} could not be loaded. A training goes on; reload the page when it has
        ended and the connection is back.
      </p>
    );
  }
}

/**
 * Parts of the page that load when they are needed. A place in the page waits for the network and shows a message. A dialog
 * that cannot be loaded reports that and closes, so that the next press retries. Errors that a loaded part throws are handled
 * by the boundary around it.
 */
import { Component, type ComponentType, type ReactNode, Suspense, use } from "react";
import { PlaygroundError } from "../../core/errors.ts";
import { network } from "../../core/network.ts";
import { useActions } from "../PlaygroundContext.tsx";
import { loadFailure } from "./loadFailure.ts";
import { useToast } from "./Toasts.tsx";

type Load<P> = () => Promise<ComponentType<P>>;

/**
 * @param title the name of the part in messages
 * @param meanwhile shown in its place while it loads; by default a message
 */
export function lazyPlace<P extends object>(
  title: string,
  load: Load<P>,
  meanwhile: ReactNode = <p className="tab-words">Loading {title} ...</p>,
): ComponentType<P> {
  const Part = createPart(() => network.untilThere(title, load));
  return (props: P) => (
    <LoadBoundary words={(failure) => <NotLoaded title={title} failure={failure} />}>
      <Suspense fallback={meanwhile}>
        <Part {...props} />
      </Suspense>
    </LoadBoundary>
  );
}

/** For dialogs: nothing is shown while they load. The component that opened it must close it in `onFailure`. */
export function lazyDialog<P extends object>(
  title: string,
  load: Load<P>,
): ComponentType<P & { readonly onFailure: () => void }> {
  const Part = createPart(load);
  return function LazyDialog(props: P & { readonly onFailure: () => void }) {
    const tell = useLoadFailure();
    const onFailure = (failure: Error) => {
      tell(title, failure);
      props.onFailure();
    };
    return (
      <LoadBoundary words={() => null} onFailure={onFailure}>
        <Suspense fallback={null}>
          <Part {...props} />
        </Suspense>
      </LoadBoundary>
    );
  };
}

/** Returns a function that reports a part that did not load, in a toast. */
export function useLoadFailure(): (title: string, error: unknown) => void {
  const showToast = useToast();
  const actions = useActions();
  return (title, error) => {
    const { text, isOutdated } = loadFailure(causeOf(error));
    if (isOutdated) actions.setView({ outdated: true });
    showToast({ title: `${title} could not be loaded`, text });
  };
}

function NotLoaded({ title, failure }: { readonly title: string; readonly failure: Error }) {
  return (
    <p className="tab-words" role="alert">
      {`${title} could not be loaded. ${loadFailure(causeOf(failure)).text}`}
    </p>
  );
}

/** The code of a part did not load. Errors that a loaded part throws are different. */
class PartFailure extends Error {
  /** Clears the cached promise, so that the part is loaded again the next time. */
  readonly forget: () => void;

  constructor(cause: unknown, forget: () => void) {
    super("a part of the page could not be loaded", { cause });
    this.forget = forget;
  }
}

/** A part may load something itself, and such a failure is not wrapped. */
function isLoadFailure(error: unknown): error is Error {
  return (
    error instanceof PartFailure ||
    (error instanceof PlaygroundError && error.code.startsWith("program."))
  );
}

function causeOf(error: unknown): unknown {
  return error instanceof PartFailure ? error.cause : error;
}

function createPart<P extends object>(load: Load<P>): ComponentType<P> {
  // The promise stays the same until its failure has been reported, because React requests it again at every render.
  let loading: Promise<ComponentType<P>> | undefined;
  const forget = () => {
    loading = undefined;
  };
  return (props: P) => {
    loading ??= load().catch((error: unknown) => {
      throw new PartFailure(error, forget);
    });
    const Content = use(loading);
    return <Content {...props} />;
  };
}

interface BoundaryProps {
  readonly words: (failure: Error) => ReactNode;
  readonly onFailure?: (failure: Error) => void;
  readonly children: ReactNode;
}

/** React reports rendering errors only to class components. */
class LoadBoundary extends Component<BoundaryProps, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown): void {
    if (!isLoadFailure(error)) return;
    if (error instanceof PartFailure) error.forget();
    this.props.onFailure?.(error);
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (!isLoadFailure(error)) throw error;
    return this.props.words(error);
  }
}

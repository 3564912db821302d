/**
 * Parts of the page that load when they are needed. A place of the page waits for the network by itself, with words; a
 * dialog that does not come says so and closes, so that the next press asks again. Errors of a part that did load belong
 * to whoever stands around it.
 */
import { Component, type ComponentType, type ReactNode, Suspense, use } from "react";
import { PlaygroundError } from "../../core/errors.ts";
import { network } from "../../core/network.ts";
import { useActions } from "../PlaygroundContext.tsx";
import { loadFailure } from "./loadFailure.ts";
import { useToast } from "./Toasts.tsx";

type Load<P> = () => Promise<ComponentType<P>>;

/**
 * @param title what loads, as words name it
 * @param meanwhile shown in its place while it loads; words if not given
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

/** What lies over the page: nothing moves while it loads. Whoever opened it closes it in `onFailure`. */
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

/** How a part that did not load is told of in the corner. */
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

/** A part whose code did not come; the code of a part that came throws errors of its own. */
class PartFailure extends Error {
  /** The next time it is wanted, it is loaded anew. */
  readonly forget: () => void;

  constructor(cause: unknown, forget: () => void) {
    super("a part of the page could not be loaded", { cause });
    this.forget = forget;
  }
}

/** A part may load something in its turn, whose failure comes as it is. */
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
  // The same promise for as long as a failure has not been told: React asks for it again and again.
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

/** React knows errors of rendering only in a class. */
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

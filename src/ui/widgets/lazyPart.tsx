/**
 * Parts of the page that load when they are needed. A place in the page waits for the network and shows a message. A dialog
 * that cannot be loaded reports that and closes, so that the next press retries. Errors that a loaded part throws are handled
 * by the boundary around it.
 */
import { Component, type ComponentType, type ReactNode } from "react";
import { PlaygroundError } from "../../core/errors.ts";
import { network } from "../../core/network.ts";
import { once } from "../../core/once.ts";
import { useActions } from "../PlaygroundContext.tsx";
import { loadFailure } from "./loadFailure.ts";
import { useToast } from "./Toasts.tsx";
import { LoadingWords, useLoaded } from "./WhenLoaded.tsx";

type Load<P> = () => Promise<ComponentType<P>>;

/**
 * @param title the name of the part in messages
 * @param meanwhile shown in its place while it loads; by default a message
 */
export function lazyPlace<P extends object>(
  title: string,
  load: Load<P>,
  meanwhile: ReactNode = <LoadingWords title={title} />,
): ComponentType<P> {
  const Part = createPart(() => network.untilThere(title, load), meanwhile);
  return (props: P) => (
    <LoadBoundary words={(failure) => <NotLoaded title={title} failure={failure} />}>
      <Part {...props} />
    </LoadBoundary>
  );
}

/** For dialogs: nothing is shown while they load. The component that opened it must close it in `onFailure`. */
export function lazyDialog<P extends object>(
  title: string,
  load: Load<P>,
): ComponentType<P & { readonly onFailure: () => void }> {
  const Part = createPart(load, null);
  return function LazyDialog(props: P & { readonly onFailure: () => void }) {
    const tell = useLoadFailure();
    const onFailure = (failure: Error) => {
      tell(title, failure);
      props.onFailure();
    };
    return (
      <LoadBoundary words={() => null} onFailure={onFailure}>
        <Part {...props} />
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
class PartFailure extends Error {}

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

function createPart<P extends object>(load: Load<P>, meanwhile: ReactNode): ComponentType<P> {
  const loadPart = once(() =>
    load().catch((cause: unknown) => {
      throw new PartFailure("a part of the page could not be loaded", { cause });
    }),
  );
  return (props: P) => {
    const Content = useLoaded(loadPart);
    return Content === undefined ? meanwhile : <Content {...props} />;
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
    if (isLoadFailure(error)) this.props.onFailure?.(error);
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (!isLoadFailure(error)) throw error;
    return this.props.words(error);
  }
}

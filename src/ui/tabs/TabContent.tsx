/** What a tab shows, with words for the moment in which it loads and for the case that it cannot. */
import { Tabs } from "@base-ui/react/tabs";
import { Component, type ReactNode, Suspense } from "react";
import type { TabEntry } from "./registry.ts";

export function TabContent({ tab: { id, title, Content } }: { readonly tab: TabEntry }) {
  return (
    <Tabs.Panel className="tab-panel" value={id}>
      <LoadFailure title={title}>
        <Suspense fallback={<p className="tab-words">Loading {title} ...</p>}>
          <Content />
        </Suspense>
      </LoadFailure>
    </Tabs.Panel>
  );
}

interface FailureState {
  readonly failed: boolean;
}

/** React knows errors of rendering only in a class. */
class LoadFailure extends Component<
  { readonly title: string; readonly children: ReactNode },
  FailureState
> {
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

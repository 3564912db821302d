/** What a tab shows, loaded when it is opened. */
import { Tabs } from "@base-ui/react/tabs";
import { LazyPart } from "../widgets/LazyPart.tsx";
import type { TabEntry } from "./registry.ts";

export function TabContent({ tab: { id, title, Content } }: { readonly tab: TabEntry }) {
  return (
    <Tabs.Panel className="tab-panel" value={id}>
      <LazyPart title={title}>
        <Content />
      </LazyPart>
    </Tabs.Panel>
  );
}

/** What a tab shows, with words for the moment in which it loads and for the case that it cannot. */
import { Tabs } from "@base-ui/react/tabs";
import { LoadOnDemand } from "../widgets/LoadOnDemand.tsx";
import type { TabEntry } from "./registry.ts";

export function TabContent({ tab: { id, title, Content } }: { readonly tab: TabEntry }) {
  return (
    <Tabs.Panel className="tab-panel" value={id}>
      <LoadOnDemand title={title}>
        <Content />
      </LoadOnDemand>
    </Tabs.Panel>
  );
}
